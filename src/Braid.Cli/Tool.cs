using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Braid.Cli;

/// <summary>The <c>braid</c> command. Each of its commands is a file in <c>Commands</c> and a line here.</summary>
internal static class Tool
{
    public const int UsageMistake = 2;

    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>The command's exit code, or <see cref="UsageMistake"/> if there is no such command or option.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        // Not a RootCommand: that is named after its file, and the file is not called braid.
        var braid = new Command("braid", "Tools for Braid, Python's concurrency model for C#.")
        {
            new HelpOption(),
            new VersionOption(),
            CheckCommand.Create(),
            ReplayCommand.Create(),
            InfoCommand.Create(),
        };
        ParseResult parsed = braid.Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            string mistake = parsed.UnmatchedTokens is [string unknown, ..]
                ? $"There is no command or option '{unknown}' here."
                : parsed.Errors[0].Message;
            error.WriteLine($"braid: {mistake} 'braid --help' and 'braid COMMAND --help' list what there is.");
            return UsageMistake;
        }

        return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error });
    }

    private static void Main(string[] arguments)
    {
        int code = Run(arguments, Console.Out, Console.Error);

        // Not by returning: a checked program may have left a thread behind that never ends.
        Environment.Exit(code);
    }
}
