using System.Text.Json;
using System.Text.RegularExpressions;
using Braid.Cli;

namespace Braid.Tests;

/// <summary><c>braid check</c> on the tests of other frameworks, as they are: what each case of each test comes to.</summary>
public sealed partial class TestProjectTests(CheckedPrograms programs) : TimedTest(TimeSpan.FromMinutes(10)), IClassFixture<CheckedPrograms>
{
    private const string Alone = "one thread ran and no other, so there was nothing to order; start threads in the body";

    /// <summary>Each test by its name without the project, with its verdict; of one that was not run, the sentence.</summary>
    private static readonly Dictionary<string, Dictionary<string, string>> s_expected = new()
    {
        ["XunitV2Project"] = new()
        {
            ["BankTests.Racing_deposits_add_up"] = "LostUpdate",
            ["BankTests.Crossing_transfers_end"] = "Deadlock",
            ["BankTests.Guarded_deposits_add_up(1)"] = "Passed",
            ["BankTests.Guarded_deposits_add_up(2)"] = "Passed",
            ["BankTests.Guarded_deposits_add_up(3)"] = "Passed",
            ["BankTests.Skipped"] = "skipped: the branch is closed",
            ["BankTests.Throws_what_it_is_to"] = "Passed",
        },
        ["XunitV3Project"] = new()
        {
            ["BankTests.Racing_deposits_add_up"] = "LostUpdate",
            ["BankTests.Crossing_transfers_end"] = "Deadlock",
            ["BankTests.Guarded_deposits_add_up"] = "Passed",
            ["BankTests.Guarded_deposits_add_up_within_the_time_of_the_test"] = "Passed",
            ["BankTests.Statics_begin_anew_1"] = Alone,
            ["BankTests.Statics_begin_anew_2"] = Alone,
            ["BankTests.Skipped"] = "skipped: the branch is closed",
            ["BankTests.Skipped_for_now"] = "skipped: Opened is not set",
            ["BankTests.Skips_itself"] = "skipped: no money today",
            ["BankTests.Fails_alone"] = "AssertionFailed",
            ["TheoryTests.Amounts(1, 2)"] = "Passed",
            ["TheoryTests.Amounts(2, 3, 4)"] = "Passed",
            ["TheoryTests.Amounts(5, 6)"] = "skipped: too much",
            ["TheoryTests.An_account_is_new_for_each_run(1, Account)"] = "Passed",
            ["TheoryTests.An_account_is_new_for_each_run(2, Account)"] = "Passed",
            ["TheoryTests.An_amount(1, \"1\")"] = Alone,
            ["TheoryTests.Sevens(7)"] = Alone,
            ["TheoryTests.Sevens(14)"] = Alone,
            ["TheoryTests.Mistaken(\"a word\")"] =
                "the test takes an argument of type Int32, and a row of its data has a value of type String: The input string 'a word' " +
                "was not in a correct format.",
            ["FixtureTests.Fixtures_are_created_and_initialized"] = "Passed",
            ["OutputTests.What_a_test_writes_is_in_the_report"] = "LostUpdate",
            ["RefusedTests.Needs_what_no_fixture_provides"] =
                "the test cannot be given the IServiceProvider that the constructor of RefusedTests takes: it is no fixture of the " +
                "class, its collection or its assembly",
            ["RefusedTests.Async_void"] = "the test is async void, so that nothing can wait for its end; let it return a Task",
            ["InheritingTests.An_inherited_test_runs_in_the_derived_class"] = Alone,
        },
        ["NUnitProject"] = new()
        {
            ["BankTests(0).Racing_deposits_add_up"] = "LostUpdate",
            ["BankTests(7).Racing_deposits_add_up"] = "LostUpdate",
            ["BankTests(0).Crossing_transfers_end"] = "Deadlock",
            ["BankTests(7).Crossing_transfers_end"] = "Deadlock",
            ["BankTests(0).Guarded_deposits_add_up(1)"] = "Passed",
            ["BankTests(0).Guarded_deposits_add_up(2)"] = "Passed",
            ["BankTests(0).Guarded_deposits_add_up(3)"] = "Passed",
            ["BankTests(0).Guarded_deposits_add_up(4)"] = "Passed",
            ["BankTests(0).Guarded_deposits_add_up(5)"] = "skipped: too much",
            ["BankTests(7).Guarded_deposits_add_up(1)"] = "Passed",
            ["BankTests(7).Guarded_deposits_add_up(2)"] = "Passed",
            ["BankTests(7).Guarded_deposits_add_up(3)"] = "Passed",
            ["BankTests(7).Guarded_deposits_add_up(4)"] = "Passed",
            ["BankTests(7).Guarded_deposits_add_up(5)"] = "skipped: too much",
            ["BankTests(0).Data_that_may_never_come(1)"] = "Passed",
            ["BankTests(7).Data_that_may_never_come(1)"] = "Passed",
            ["BankTests(0).Doubled(1)"] = "Passed",
            ["BankTests(0).Doubled(2)"] = "AssertionFailed",
            ["BankTests(7).Doubled(1)"] = "Passed",
            ["BankTests(7).Doubled(2)"] = "AssertionFailed",
            ["BankTests.Skipped"] = "skipped: the branch is closed",
            ["BankTests(0).Skips_itself"] = "skipped: no money today",
            ["BankTests(7).Skips_itself"] = "skipped: no money today",
            ["BankTests(0).Passes_early"] = "Passed",
            ["BankTests(7).Passes_early"] = "Passed",
            ["BankTests.Combined"] = "the test gets an argument from [ValuesAttribute]; the checker reads TestCase and TestCaseSource",
            ["BankTests(0).Throws_what_it_is_to"] = "Passed",
            ["BankTests(7).Throws_what_it_is_to"] = "Passed",
        },
        ["MSTestProject"] = new()
        {
            ["BankTests.Racing_deposits_add_up"] = "LostUpdate",
            ["BankTests.Crossing_transfers_end"] = "Deadlock",
            ["BankTests.Guarded_deposits_add_up(1)"] = "Passed",
            ["BankTests.Guarded_deposits_add_up(2)"] = "skipped: too much",
            ["BankTests.Guarded_deposits_add_up(3)"] = "Passed",
            ["BankTests.Guarded_deposits_add_up(4)"] = "Passed",
            ["BankTests.Skipped"] = "skipped: the branch is closed",
            ["BankTests.An_amount(1, \"1\")"] = "Passed",
            ["BankTests.A_pair(ValueTuple`2)"] = "Passed",
            ["BankTests.Skips_itself"] = "skipped: Assert.Inconclusive failed. no money today",
            ["BankTests.Throws_what_it_is_to"] = "Passed",
        },
    };

    [Theory]
    [InlineData("XunitV2Project")]
    [InlineData("XunitV3Project")]
    [InlineData("NUnitProject")]
    [InlineData("MSTestProject")]
    public async Task Each_test_of_each_framework_comes_to_its_own_verdict(string project)
    {
        (int code, string output, string error) = await programs.Run("check", programs.Copy(project), "--json", "--schedules", "400");
        Assert.Equal((1, ""), (code, error));
        using JsonDocument reports = JsonDocument.Parse(output);
        Dictionary<string, string> found = reports.RootElement.EnumerateArray().ToDictionary(
            report => report.GetProperty("method").GetString()![(project.Length + 1)..],
            static report => report.GetProperty(WasRun(report) ? "verdict" : "sentence").GetString()!);
        Assert.All(
            reports.RootElement.EnumerateArray().Where(static report => report.GetProperty("verdict").GetString() == "AssertionFailed"),
            report => Assert.Contains($" in {project}!BankTests.", report.GetProperty("key").GetString(), StringComparison.Ordinal));
        Assert.Equal(
            s_expected[project].OrderBy(static test => test.Key, StringComparer.Ordinal),
            found.OrderBy(static test => test.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_race_and_the_deadlock_are_shown_with_pictures_and_all_is_summed_up()
    {
        string file = programs.Copy("MSTestProject");
        (int code, string output, string error) = await programs.Run("check", file, "--schedules", "400");
        Assert.Equal((1, ""), (code, error));
        Assert.StartsWith("MSTestProject.BankTests.Racing_deposits_add_up:\nlost update: ", output, StringComparison.Ordinal);
        Assert.Contains("MSTestProject.BankTests.Crossing_transfers_end:\ndeadlock: ", output, StringComparison.Ordinal);
        Assert.Equal(2, Picture().Count(output));
        Assert.Contains("\nthe program wrote:\nall begins\nbalance 5\n", output, StringComparison.Ordinal);
        Assert.Contains("\nMSTestProject.BankTests.Skipped: skipped: the branch is closed\n", output, StringComparison.Ordinal);
        Assert.EndsWith("""

            11 checks: passed: 6, skipped: 3, lost update: 1, deadlock: 1
              MSTestProject.BankTests.Racing_deposits_add_up: lost update
              MSTestProject.BankTests.Crossing_transfers_end: deadlock

            """, output, StringComparison.Ordinal);

        Match replay = Replay().Match(output);
        (int codeAgain, string outputAgain, string errorAgain) =
            await programs.Run("replay", replay.Groups["schedule"].Value, file, "--filter", replay.Groups["test"].Value);
        Assert.Equal((1, ""), (codeAgain, errorAgain));
        Assert.StartsWith("lost update: ", outputAgain, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CheckExit.NothingChecked, "Statics_begin", "Skipped")]
    [InlineData(CheckExit.Passed, "Statics_begin", "Amounts(1")]
    [InlineData(CheckExit.NotCarriedOut, "RefusedTests.N*ds", "Amounts(1")]
    [InlineData(CheckExit.Fault, "BankTests", "!Crossing")]
    [InlineData(Tool.UsageMistake, "No_such_test")]
    public async Task A_filter_selects_tests_and_those_with_one_thread_do_not_count_beside_others(int code, params string[] filters)
    {
        (int actual, string output, string error) = await programs.Run(
        [
            "check", programs.Copy("XunitV3Project"), "--schedules", "50",
            .. filters.SelectMany(static filter => new[] { "--filter", filter }),
        ]);
        Assert.Equal(code, actual);
        Assert.DoesNotContain("Crossing", output, StringComparison.Ordinal);
        Assert.Equal(code == Tool.UsageMistake, error.Length > 0);
    }

    [Fact]
    public async Task A_schedule_that_has_failed_is_run_first_from_then_on()
    {
        string file = programs.Copy("XunitV2Project");
        string kept = Path.ChangeExtension(file, ".schedules");
        File.Delete(kept);
        string[] arguments = ["check", file, "--filter", "Crossing_transfers_end"];
        (_, string first, _) = await programs.Run(arguments);
        Assert.StartsWith("XunitV2Project.BankTests.Crossing_transfers_end:\ndeadlock: ", first, StringComparison.Ordinal);
        Assert.DoesNotContain("\nfound in the first schedule", first, StringComparison.Ordinal);
        string line = File.ReadLines(kept).Last();
        Assert.Equal($"{Replay().Match(first).Groups["schedule"].Value} XunitV2Project.BankTests.Crossing_transfers_end", line);

        (_, string second, _) = await programs.Run(arguments);
        Assert.Contains("\nnote: a schedule that had failed before was run first, and fails again\n", second, StringComparison.Ordinal);
        Assert.Contains("\nfound in the first schedule", second, StringComparison.Ordinal);
        Assert.Equal(line, File.ReadLines(kept).Last());
    }

    [Fact]
    public async Task What_the_tests_refer_to_and_is_missing_is_a_mistake()
    {
        string file = programs.Copy("NUnitProject", "alone");
        File.Delete(Path.Combine(Path.GetDirectoryName(file)!, "nunit.framework.dll"));
        (int code, string output, string error) = await programs.Run("check", file);
        Assert.Equal((Tool.UsageMistake, ""), (code, output));
        Assert.StartsWith("braid: NUnitProject.dll cannot be searched for tests: ", error, StringComparison.Ordinal);
        Assert.Contains("nunit.framework", error, StringComparison.Ordinal);
    }

    /// <summary>Suites for two packages of locks, events and queues for tasks.</summary>
    [Fact]
    public async Task Correct_uses_of_packages_for_tasks_pass()
    {
        string tests = programs.Copy("AsyncLibrariesProject");
        (int code, string output, string error) = await programs.Run("check", tests, "--json", "--schedules", "40");
        using JsonDocument reports = JsonDocument.Parse(output);
        Assert.All(
            reports.RootElement.EnumerateArray(),
            static report => Assert.True(report.GetProperty("verdict").GetString() == "Passed", report.ToString()));
        Assert.Equal((0, ""), (code, error));
    }

    private static bool WasRun(JsonElement report) =>
        report.GetProperty("schedules").GetInt64() > 0 && report.GetProperty("verdict").GetString() != "NothingChecked";

    /// <summary>A line under the names of several threads.</summary>
    [GeneratedRegex(@"^-+(  -+)+$", RegexOptions.Multiline)]
    private static partial Regex Picture();

    [GeneratedRegex(@"^replay: braid replay (?<schedule>\S+) \S+ --filter (?<test>\S+)$", RegexOptions.Multiline)]
    private static partial Regex Replay();
}
