using System.Text.Json;

namespace Braid.Tests;

/// <summary>Findings that do not count for <c>braid check</c>, and reports for programs.</summary>
public sealed class KnownFindingsTests(CheckedPrograms programs) : TimedTest(TimeSpan.FromMinutes(10)), IClassFixture<CheckedPrograms>
{
    private const string Key = "lost update: Account._balance in lost_update!Account.Deposit";

    private static readonly string s_file = CheckedPrograms.Sample("lost_update");

    [Fact]
    public async Task A_written_baseline_makes_the_next_check_pass_and_names_what_it_passed_over()
    {
        string baseline = programs.Place("known.txt", "# nothing yet\ndeadlock: in some other place\n");
        (int code, string output, string error) = await programs.Run("check", s_file, "--baseline", baseline, "--write-baseline", baseline);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"known: {Key}", output, StringComparison.Ordinal);
        string[] lines = [.. File.ReadLines(baseline).Where(line => line[0] != '#')];
        Assert.Contains(Key, lines);
        Assert.Contains("deadlock: in some other place", lines);

        (code, output, _) = await programs.Run("check", s_file, "--baseline", baseline);
        Assert.Equal(0, code);
        Assert.StartsWith("passed: no fault was found besides ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("exhaustive", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_baseline_that_is_to_be_written_need_not_be_there()
    {
        string baseline = Path.Combine(Path.GetDirectoryName(programs.Place("beside.txt", ""))!, "new.txt");
        Assert.Equal(0, (await programs.Run("check", s_file, "--baseline", baseline, "--write-baseline", baseline)).Code);
        Assert.Contains(Key, File.ReadLines(baseline));
    }

    [Fact]
    public async Task What_is_left_when_some_is_ignored_is_a_fault_and_its_command_finds_it_again()
    {
        (int code, string output, _) = await programs.Run("check", s_file, "--ignore", "lost update", "--ignore", "data race");
        Assert.Equal(1, code);
        Assert.StartsWith("assertion failed: ", output, StringComparison.Ordinal);
        string command = output.Split('\n').Single(line => line.StartsWith("replay: ", StringComparison.Ordinal));
        Assert.EndsWith("--ignore \"lost update\" --ignore \"data race\"", command.TrimEnd(), StringComparison.Ordinal);
        (code, string again, _) = await programs.Run("replay", command.Split(' ')[3], s_file, "--ignore", "lost update", "--ignore", "data race");
        Assert.Equal((1, output.Split('\n')[0]), (code, again.Split('\n')[0]));
    }

    [Theory]
    [InlineData("--baseline", "cannot be read")]
    [InlineData("--write-baseline", "cannot be written")]
    public async Task A_baseline_out_of_reach_is_a_mistake(string option, string says)
    {
        (int code, _, string error) = await programs.Run("check", s_file, option, Path.Combine(Path.GetTempPath(), "no such folder", "known.txt"));
        Assert.Equal(2, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_for_programs_has_the_key_of_what_was_found_or_is_known()
    {
        (int code, string output, string error) = await programs.Run("check", s_file, "--json");
        Assert.Equal((1, ""), (code, error));
        JsonElement report = Assert.Single(JsonDocument.Parse(output).RootElement.EnumerateArray());
        Assert.Equal(("LostUpdate", true, Key), (report.GetProperty("verdict").GetString(), report.GetProperty("failed").GetBoolean(), report.GetProperty("key").GetString()));

        (code, output, _) = await programs.Run("check", s_file, "--json", "--ignore", "*");
        report = Assert.Single(JsonDocument.Parse(output).RootElement.EnumerateArray());
        Assert.Equal((0, "Passed"), (code, report.GetProperty("verdict").GetString()));
        Assert.Contains(Key, report.GetProperty("known").EnumerateArray().Select(known => known.GetString()));
    }
}
