using System.CommandLine;
using Braid.Checking;

namespace Braid.Cli;

/// <summary>The options that name known findings, which do not count.</summary>
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

    public IEnumerable<Option> All => [_ignore, _baseline];

    public CheckOptions Read(ParseResult parsed, CheckOptions options) => options with
    {
        Ignore = parsed.GetValue(_ignore) ?? [],
        Baseline = parsed.GetValue(_baseline),
    };

    /// <summary>The options with which another command finds the same: "" or " --ignore X --baseline FILE".</summary>
    public static string Again(CheckOptions options) =>
        string.Concat(
        [
            .. options.Ignore.Select(pattern => $" --ignore {Quoted.Argument(pattern)}"),
            .. options.Baseline is { } file ? [$" --baseline {Quoted.Argument(file)}"] : Array.Empty<string>(),
        ]);
}
