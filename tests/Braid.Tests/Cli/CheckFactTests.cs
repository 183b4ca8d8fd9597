using System.Text.RegularExpressions;

namespace Braid.Tests;

/// <summary><c>[CheckFact]</c> inside xunit's own runner.</summary>
public sealed partial class CheckFactTests(CheckedPrograms programs) : TimedTest(TimeSpan.FromMinutes(10)), IClassFixture<CheckedPrograms>
{
    [Fact]
    public async Task A_test_fails_with_the_report_and_with_the_same_schedule_first_from_then_on()
    {
        string file = programs.Copy("CheckFactsProject");
        (int code, string output, _) = await DotnetRun.Of([file, "-noColor"]);
        Assert.NotEqual(0, code);
        Assert.Equal(
            [
                "BankTests.Crossing_transfers_end", "BankTests.One_thread_is_nothing_to_check", "BankTests.Racing_deposits_add_up",
                "BankTests.Takes_arguments",
            ],
            Ends(output, "FAIL"));
        Assert.Equal(["BankTests.Skipped", "BankTests.Skips_itself"], Ends(output, "SKIP"));
        Assert.Contains("Total: 10, Errors: 0, Failed: 4, Skipped: 2,", output, StringComparison.Ordinal);
        Assert.Contains(" deadlock: work item 1 waits for lock Account._gate, which main holds ", output, StringComparison.Ordinal);
        Assert.Contains(" lost update: work item ", output, StringComparison.Ordinal);
        Assert.Equal(2, Picture().Count(output));
        Assert.Contains(" the test speaks\n", output, StringComparison.Ordinal);
        Assert.Contains(" nothing checked: one thread ran and no other", output, StringComparison.Ordinal);

        string kept = Path.Combine(Path.GetDirectoryName(file)!, "CheckFactsProject.BankTests.schedules");
        Assert.Equal(
            ["CheckFactsProject.BankTests.Crossing_transfers_end", "CheckFactsProject.BankTests.Racing_deposits_add_up"],
            File.ReadLines(kept).Skip(1).Select(static line => line.Split(' ')[1]).Order(StringComparer.Ordinal));
        (_, output, _) = await DotnetRun.Of([file, "-noColor", "-method", "*Crossing_transfers_end"]);
        Assert.Contains(" note: a schedule that had failed before was run first, and fails again\n", output, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Ends(string output, string how) => Test().Matches(output)
        .Where(test => test.Groups["how"].Value == how).Select(static test => test.Groups["name"].Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"^ +CheckFactsProject\.(?<name>\S+) \[(?<how>FAIL|SKIP)\]$", RegexOptions.Multiline)]
    private static partial Regex Test();

    /// <summary>A line under the names of several threads.</summary>
    [GeneratedRegex(@"^ *-+(  -+)+$", RegexOptions.Multiline)]
    private static partial Regex Picture();
}
