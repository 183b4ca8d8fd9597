using System.CommandLine;

namespace Braid.Cli;

/// <summary><c>braid check</c>: runs a program under many thread interleavings and shows the one that goes wrong.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = "An assembly (.dll), a project (.csproj), or a program in one file (.cs)." };
        Option<string[]> method = new("--method")
        {
            Description = "A static method without parameters to check; may be given several times. Without it: the methods marked [Check], or the program itself.",
            HelpName = "NAME",
        };
        Option<bool> plain = new("--plain") { Description = "No line that shows how the search comes on, as into a pipe or a file." };
        var search = new SearchArguments();
        var check = new Command("check", $"Run a program under many thread interleavings and show one that goes wrong. {CheckExit.Help}") { file, method };
        foreach (Option option in search.All.Append(plain))
        {
            check.Add(option);
        }

        check.SetAction(parsed =>
        {
            InvocationConfiguration to = parsed.InvocationConfiguration;
            var session = new CheckSession(parsed.GetRequiredValue(file), to.Output, to.Error)
            {
                IsLive = !parsed.GetValue(plain) && to.Error == Console.Error && !Console.IsErrorRedirected,
            };
            return session.Check(parsed.GetValue(method) ?? [], search.Read(parsed));
        });
        return check;
    }
}
