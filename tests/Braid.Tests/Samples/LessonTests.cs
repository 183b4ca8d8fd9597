using System.Text.RegularExpressions;

namespace Braid.Tests.Samples;

/// <summary>Runs every lesson as a program and compares all it prints with what samples/README.md shows.</summary>
public sealed class LessonTests : TimedTest
{
    /// <summary>Lessons whose threads speak at the same time. Between the first line and the last, the lines of each come in their order, those of different ones in any.</summary>
    private static readonly string[] s_interleaved =
        ["join", "daemon", "counters", "join_all", "producer_consumer", "queue_workers", "processes", "async"];

    /// <summary>What differs from run to run, as patterns.</summary>
    private static readonly Dictionary<string, string> s_varying = new()
    {
        ["producer_consumer"] = @"\d+(?= messages)",
        ["queue_workers"] = @"Worker-\d+",
        ["queue_hang"] = "#[0-9a-f]+",
        ["gil"] = @" +\d+\.\d+",
    };

    public static IEnumerable<TheoryDataRow<string>> Lessons => SampleOutputs.SamplesIn("lessons").Select(name => new TheoryDataRow<string>(name));

    [Theory]
    [MemberData(nameof(Lessons))]
    public async Task A_lesson_prints_what_the_page_of_the_samples_shows(string name)
    {
        string? expected = SampleOutputs.Of("lessons", name);
        Assert.True(expected is not null, $"samples/README.md shows no output of lessons/{name}.cs.");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(Ample);
        using var program = ChildProgram.OfSample(name);
        (int code, string output, string error) = await program.End(deadline.Token);
        Assert.Equal("", error);
        Assert.Equal(Comparable(name, expected), Comparable(name, output));
        Assert.Equal(0, code);
    }

    private static string Comparable(string name, string output)
    {
        string text = s_varying.TryGetValue(name, out string? pattern) ? Regex.Replace(output, pattern, "*") : output;
        return s_interleaved.Contains(name) ? BySpeaker(text.TrimEnd('\n').Split('\n')) : text;
    }

    /// <summary>The speaker of a line is what stands before its colon.</summary>
    private static string BySpeaker(string[] lines) =>
        string.Join('\n', [lines[0], .. lines[1..^1].OrderBy(line => line.Split(':')[0], StringComparer.Ordinal), lines[^1]]);
}
