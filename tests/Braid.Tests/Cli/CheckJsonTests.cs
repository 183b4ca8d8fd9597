using System.Text.Json;
using Braid.Checking;

namespace Braid.Tests;

/// <summary><c>braid check --json</c> writes what docs/cli.md promises: each property, with each word that it can have.</summary>
public sealed class CheckJsonTests(CheckedPrograms programs) : TimedTest(TimeSpan.FromMinutes(10)), IClassFixture<CheckedPrograms>
{
    private static readonly string[] s_report =
    [
        "version", "file", "method", "verdict", "failed", "sentence", "key", "notes", "known", "details", "scenario", "timeline", "steps",
        "output", "exception", "replay", "preemptions", "hasLeastPreemptions", "schedules", "seconds", "proves", "covers", "exhaustive",
    ];

    private static readonly string[] s_step =
    [
        "number", "thread", "task", "place", "operation", "target", "value", "outcome", "text", "times", "takesPart", "holds", "links",
    ];

    private static readonly string[] s_place = ["method", "file", "line", "source"];
    private static readonly string[] s_name = ["number", "name"];

    [Fact]
    public async Task A_report_has_each_property_and_its_steps_are_those_of_the_timeline()
    {
        string file = programs.Place("guarded.cs", """
            object gate = new();
            int balance = 0;
            Task other = Add();
            lock (gate)
            {
                balance += 1;
            }

            other.Wait();

            async Task Add()
            {
                await Task.Yield();
                balance += 2;
            }
            """);
        (int code, string output, string error) = await programs.Run("check", file, "--json");
        Assert.Equal((1, ""), (code, error));
        using var json = JsonDocument.Parse(output);
        JsonElement report = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal(s_report.Order(), Names(report));
        Assert.Equal(1, report.GetProperty("version").GetInt32());
        Assert.Equal(1, report.GetProperty("preemptions").GetInt32());
        Assert.True(report.GetProperty("hasLeastPreemptions").GetBoolean());
        Assert.Equal(file, report.GetProperty("file").GetString());
        Assert.NotEmpty(report.GetProperty("method").GetString()!);
        Assert.Equal("LostUpdate", report.GetProperty("verdict").GetString());
        Assert.True(report.GetProperty("failed").GetBoolean());
        Assert.False(report.GetProperty("exhaustive").GetBoolean());
        Assert.Contains("balance", report.GetProperty("sentence").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("lost update: balance in ", report.GetProperty("key").GetString(), StringComparison.Ordinal);
        Assert.All(["notes", "known", "details"], name => Assert.Equal(JsonValueKind.Array, report.GetProperty(name).ValueKind));
        Assert.Equal(JsonValueKind.Null, report.GetProperty("exception").ValueKind);
        Assert.StartsWith("b1.", report.GetProperty("replay").GetString(), StringComparison.Ordinal);
        Assert.InRange(report.GetProperty("schedules").GetInt64(), 1, 10_000);
        Assert.InRange(report.GetProperty("seconds").GetDouble(), 0, 60);
        Assert.Equal("", report.GetProperty("output").GetString());
        Assert.Equal("", report.GetProperty("scenario").GetString());
        Assert.NotEmpty(report.GetProperty("proves").GetString()!);
        Assert.Equal("", report.GetProperty("covers").GetString());

        JsonElement[] steps = [.. report.GetProperty("steps").EnumerateArray()];
        Assert.Equal(Enumerable.Range(1, steps.Length), steps.Select(static step => step.GetProperty("number").GetInt32()));
        Assert.All(steps, AssertStep);
        string timeline = report.GetProperty("timeline").GetString()!;
        JsonElement[] part = [.. steps.Where(static step => step.GetProperty("takesPart").GetBoolean())];
        Assert.All(part, step => Assert.Contains(step.GetProperty("text").GetString()!, timeline, StringComparison.Ordinal));

        // The interesting ones: who wrote what, where, in which task, under which lock.
        JsonElement own = part.Single(static step => Writes(step, "balance += 1;"));
        Assert.Equal((0, "balance"), (own.GetProperty("thread").GetProperty("number").GetInt32(), own.GetProperty("target").GetString()));
        Assert.Equal(6, own.GetProperty("place").GetProperty("line").GetInt32());
        JsonElement hold = Assert.Single(own.GetProperty("holds").EnumerateArray());
        Assert.Equal("lock gate", hold.GetProperty("lock").GetString());
        Assert.Equal("lock (gate)", hold.GetProperty("since").GetProperty("source").GetString());
        JsonElement others = part.Single(static step => Writes(step, "balance += 2;"));
        Assert.EndsWith("Add", others.GetProperty("task").GetProperty("name").GetString(), StringComparison.Ordinal);
        Assert.Contains(others.GetProperty("value").GetString(), new[] { "2", "3" });
        Assert.Contains(steps, static step => step.GetProperty("links").EnumerateArray().Any());
    }

    [Fact]
    public async Task A_pass_has_no_steps()
    {
        (int code, string output, _) = await programs.Run("check", CheckedPrograms.Sample("lost_update"), "--method", "Mended", "--json");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        JsonElement report = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal(s_report.Order(), Names(report));
        Assert.Empty(report.GetProperty("steps").EnumerateArray());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("key").ValueKind);
        Assert.Equal(JsonValueKind.Null, report.GetProperty("replay").ValueKind);
        Assert.Equal(JsonValueKind.Null, report.GetProperty("preemptions").ValueKind);
    }

    [Fact]
    public void The_documentation_has_each_property_and_each_word()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "cli.md"));
        string section = page.Split("### Reports for programs")[1].Split("\n## ")[0];
        string[] words =
        [
            .. s_report, .. s_step, .. s_place, .. s_name, "lock", "since", "kind", "step",
            .. Enum.GetNames<StepOperation>(), .. Enum.GetNames<StepOutcome>(), .. Enum.GetNames<StepLinkKind>(),
        ];
        Assert.All(words, word => Assert.Contains($"`{word}`", section, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_page_has_each_report_and_a_place_that_cannot_be_written_is_a_mistake()
    {
        string page = programs.Place("page.html", "");
        string sample = CheckedPrograms.Sample("deadlock");
        (int code, string output, string error) = await programs.Run("check", sample, "--method", "*", "--html", page, "--plain");
        Assert.Equal((1, ""), (code, error));
        string html = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        Assert.StartsWith("<!doctype html>", html, StringComparison.Ordinal);
        Assert.Contains("<h1>deadlock</h1>", html, StringComparison.Ordinal);
        Assert.Contains("<h1>passed</h1>", html, StringComparison.Ordinal);

        string schedule = output.Split("braid replay ")[1].Split(' ')[0];
        string method = output.Split("--method ")[1].Split('\n')[0];
        (code, _, error) = await programs.Run("replay", schedule, sample, "--method", method, "--html", page);
        Assert.Equal((1, ""), (code, error));
        Assert.Single((await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken)).Split("<h1>")[1..]);

        string nowhere = Path.Combine(Path.GetDirectoryName(page)!, "missing", "page.html");
        (code, output, error) = await programs.Run("check", sample, "--html", nowhere);
        Assert.Equal(1, code);
        Assert.StartsWith("deadlock: ", output, StringComparison.Ordinal);
        Assert.StartsWith($"braid: The page cannot be written to {nowhere}: ", error, StringComparison.Ordinal);
    }

    private static void AssertStep(JsonElement step)
    {
        Assert.Equal(s_step.Order(), Names(step));
        Assert.Equal(s_name.Order(), Names(step.GetProperty("thread")));
        Assert.NotEmpty(step.GetProperty("thread").GetProperty("name").GetString()!);
        if (step.GetProperty("task") is { ValueKind: JsonValueKind.Object } task)
        {
            Assert.Equal(s_name.Order(), Names(task));
            Assert.InRange(task.GetProperty("number").GetInt32(), 1, 100);
        }

        AssertPlace(step.GetProperty("place"));
        Assert.True(Enum.TryParse<StepOperation>(step.GetProperty("operation").GetString(), out _));
        Assert.True(Enum.TryParse<StepOutcome>(step.GetProperty("outcome").GetString(), out _));
        Assert.NotNull(step.GetProperty("target").GetString());
        Assert.True(step.GetProperty("value").ValueKind is JsonValueKind.Null or JsonValueKind.String);
        Assert.NotEmpty(step.GetProperty("text").GetString()!);
        Assert.InRange(step.GetProperty("times").GetInt32(), 1, 1_000);
        foreach (JsonElement hold in step.GetProperty("holds").EnumerateArray())
        {
            Assert.Equal(["lock", "since"], Names(hold));
            AssertPlace(hold.GetProperty("since"));
        }

        foreach (JsonElement link in step.GetProperty("links").EnumerateArray())
        {
            Assert.Equal(["kind", "step"], Names(link));
            Assert.True(Enum.TryParse<StepLinkKind>(link.GetProperty("kind").GetString(), out _));
            Assert.True(link.GetProperty("step").GetInt32() > step.GetProperty("number").GetInt32());
        }
    }

    private static void AssertPlace(JsonElement place)
    {
        if (place.ValueKind != JsonValueKind.Null)
        {
            Assert.Equal(s_place.Order(), Names(place));
            Assert.NotEmpty(place.GetProperty("method").GetString()!);
        }
    }

    private static bool Writes(JsonElement step, string source) =>
        step.GetProperty("operation").GetString() == "Write" && step.GetProperty("place").GetProperty("source").GetString() == source;

    private static IEnumerable<string> Names(JsonElement element) =>
        element.EnumerateObject().Select(static property => property.Name).Order();
}
