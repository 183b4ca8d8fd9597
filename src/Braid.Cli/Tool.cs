using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Braid.Cli;

/// <summary>The <c>braid</c> command. A command of it is a file in <c>Commands</c> and a line here.</summary>
internal static class Tool
{
    public const int UsageMistake = 2;

    /// <summary>Does what the arguments say.</summary>
    /// <returns>What the command returns, or <see cref="UsageMistake"/> when there is no such command or option.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        // Not a RootCommand: that one is called after its file, and the file is not called braid.
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
            string mistake = parsed.UnmatchedTokens is [string unknown, ..] ? $"There is no command or option '{unknown}' here." : parsed.Errors[0].Message;
            error.WriteLine($"braid: {mistake} 'braid --help' and 'braid COMMAND --help' list what there is.");
            return UsageMistake;
        }

        return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error });
    }

    private static void Main(string[] arguments)
    {
        int code = Run(arguments, Console.Out, Console.Error);

        // Not by returning: a program that was checked may have left a thread behind that never ends.
        Environment.Exit(code);
    }
}
