using System.CommandLine;

namespace Braid.Cli;

/// <summary><c>braid replay</c>: runs the one interleaving that a check has reported.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        Argument<string> schedule = new("STRING") { Description = "The replay string of a report." };
        Argument<string> file = new("FILE") { Description = "The file that was checked." };
        Option<string[]> method = new("--method")
        {
            Description = "The method that was checked, if it was not the program itself or the only one marked [Check].",
            HelpName = "NAME",
        };
        Option<string[]> filter = new("--filter")
        {
            Description = "The test that was checked: its full name, or a part that no other test has.",
            HelpName = "TEXT",
        };
        var replay = new Command("replay", $"Run the interleaving that a check has shown once more. {CheckExit.Help}")
        {
            schedule,
            file,
            method,
            filter,
        };
        var search = new SearchArguments();
        var findings = new FindingArguments();
        Option<string?> html = HtmlFile.CreateOption();
        foreach (Option option in search.OfReports.Concat(findings.All).Append(html))
        {
            replay.Add(option);
        }

        replay.SetAction(parsed =>
        {
            InvocationConfiguration to = parsed.InvocationConfiguration;
            var session = new CheckSession([parsed.GetRequiredValue(file)], to.Output, to.Error) { Html = parsed.GetValue(html) };
            return session.Replay(
                parsed.GetRequiredValue(schedule),
                parsed.GetValue(method) ?? [],
                new TestFilter(parsed.GetValue(filter) ?? []),
                findings.Read(parsed, search.ReadOfReports(parsed)));
        });
        return replay;
    }
}
