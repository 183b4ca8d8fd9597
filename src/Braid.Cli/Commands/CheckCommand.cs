using System.CommandLine;

namespace Braid.Cli;

/// <summary><c>braid check</c>: runs programs under many thread interleavings and shows those that fail.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Argument<string[]> files = new("FILE")
        {
            Description =
                "An assembly (.dll), a project (.csproj), or a program in one file (.cs). Several are checked one after the other.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string[]> method = new("--method")
        {
            Description =
                "A static method without parameters to check, or a pattern with * and ? for several; may be given several times. Without " +
                "it: the methods marked [Check] and the tests, or the program itself.",
            HelpName = "NAME",
        };
        Option<string[]> filter = new("--filter")
        {
            Description =
                "Tests of xunit, NUnit or MSTest whose full names contain TEXT, in which * and ? stand for anything; after !, those that " +
                "do not. May be given several times. Without it: all tests.",
            HelpName = "TEXT",
        };
        Option<bool> plain = new("--plain") { Description = "Show no progress line, as when the output is a pipe or a file." };
        Option<bool> json = new("--json") { Description = "Write the reports for programs, as JSON." };
        Option<string?> html = HtmlFile.CreateOption();
        Option<string?> newBaseline = new("--write-baseline")
        {
            Description = "Search on past whatever is found, and write all of it to a file for --baseline.",
            HelpName = "FILE",
        };
        var search = new SearchArguments();
        var findings = new FindingArguments();
        var check = new Command("check", $"Run programs under many thread interleavings and show those that go wrong. {CheckExit.Help}")
        {
            files,
            method,
            filter,
        };
        foreach (Option option in search.All.Concat(findings.All).Concat([newBaseline, json, html, plain]))
        {
            check.Add(option);
        }

        check.SetAction(parsed =>
        {
            InvocationConfiguration to = parsed.InvocationConfiguration;
            using var interrupt = new Interrupt();
            var session = new CheckSession(parsed.GetRequiredValue(files), to.Output, to.Error)
            {
                IsLive = !parsed.GetValue(plain) && to.Error == Console.Error && !Console.IsErrorRedirected,
                IsJson = parsed.GetValue(json),
                Html = parsed.GetValue(html),
                NewBaseline = parsed.GetValue(newBaseline),
            };
            return session.Check(
                parsed.GetValue(method) ?? [],
                new TestFilter(parsed.GetValue(filter) ?? []),
                findings.Read(parsed, search.Read(parsed)) with { Cancellation = interrupt.Token });
        });
        return check;
    }
}
