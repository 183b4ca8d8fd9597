using System.CommandLine;
using Braid.Checking;

namespace Braid.Cli;

/// <summary>The options that name findings that do not count, and calls that are not controlled: a replay needs them too.</summary>
internal sealed class FindingArguments
{
    private readonly Option<string[]> _ignore = new("--ignore")
    {
        Description =
            "A finding that is known and does not count: its verdict, field, method, assembly, exception or whole key; * stands for " +
            "anything. May be given several times.",
        HelpName = "PATTERN",
    };

    private readonly Option<string?> _baseline =
        new("--baseline") { Description = "A file of findings that are known, one in each line.", HelpName = "FILE" };

    private readonly Option<string[]> _uncontrolled = new("--uncontrolled")
    {
        Description =
            "A member that the checker does not control and that may be called nevertheless, as it is; * stands for anything. May be " +
            "given several times.",
        HelpName = "PATTERN",
    };

    public IEnumerable<Option> All => [_ignore, _baseline, _uncontrolled];

    public CheckOptions Read(ParseResult parsed, CheckOptions options) => options with
    {
        Ignore = parsed.GetValue(_ignore) ?? [],
        Baseline = parsed.GetValue(_baseline),
        Uncontrolled = parsed.GetValue(_uncontrolled) ?? [],
    };

    /// <summary>The options that another command needs to find the same: "" or " --ignore X --baseline FILE".</summary>
    public static string Again(CheckOptions options) =>
        string.Concat(
        [
            .. options.Ignore.Select(pattern => $" --ignore {Quoted.Argument(pattern)}"),
            .. options.Baseline is { } file ? [$" --baseline {Quoted.Argument(file)}"] : Array.Empty<string>(),
            .. options.Uncontrolled.Select(pattern => $" --uncontrolled {Quoted.Argument(pattern)}"),
        ]);
}
