using System.Globalization;
using System.Text.RegularExpressions;
using Braid.Checking;
using Braid.Cli;

namespace Braid.Tests;

/// <summary>The documentation knows every outcome of a check with its exit code, and every option.</summary>
public sealed partial class CheckDocsTests
{
    private static readonly string s_checking = File.ReadAllText(Path.Combine(Repository.Root, "docs", "checking.md"));
    private static readonly string s_tool = File.ReadAllText(Path.Combine(Repository.Root, "docs", "cli.md"));

    [Fact]
    public void Every_outcome_has_a_row_that_ends_with_its_exit_code()
    {
        Dictionary<string, int> rows = Outcome().Matches(s_checking).ToDictionary(static row => row.Groups["verdict"].Value, static row => int.Parse(row.Groups["code"].Value, CultureInfo.InvariantCulture));
        Assert.Equal(Enum.GetNames<Verdict>().Order(), rows.Keys.Order());
        Assert.All(rows, static row => Assert.Equal(CheckExit.Of(Enum.Parse<Verdict>(row.Key)), row.Value));
    }

    [Fact]
    public void Every_exit_code_is_in_the_table_of_the_tool() => Assert.All(
        Enum.GetValues<Verdict>().Select(CheckExit.Of).Append(Tool.UsageMistake).Distinct(),
        static code => Assert.Contains($"\n| {code} | ", s_tool, StringComparison.Ordinal));

    [Fact]
    public void Every_option_of_a_check_has_a_row_or_a_paragraph()
    {
        string section = s_tool[s_tool.IndexOf("## braid check", StringComparison.Ordinal)..s_tool.IndexOf("## braid replay", StringComparison.Ordinal)];
        Assert.All(CheckCommand.Create().Options, option => Assert.Contains($"`{option.Name}", section, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_option_of_a_replay_is_named()
    {
        string section = s_tool[s_tool.IndexOf("## braid replay", StringComparison.Ordinal)..s_tool.IndexOf("## braid info", StringComparison.Ordinal)];
        Assert.All(ReplayCommand.Create().Options, option => Assert.Contains($"`{option.Name}", section, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\| `(?<verdict>\w+)` \|.*\| (?<code>\d+) \|$", RegexOptions.Multiline)]
    private static partial Regex Outcome();
}
