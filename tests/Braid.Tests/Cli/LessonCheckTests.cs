namespace Braid.Tests;

/// <summary>The project's own lessons under <c>braid check</c>: they pass, show the fault that they are about, or are refused by a sentence.</summary>
public sealed class LessonCheckTests(CheckedPrograms programs) : TimedTest(TimeSpan.FromMinutes(10)), IClassFixture<CheckedPrograms>
{
    // What is not here passes.
    private static readonly Dictionary<string, (int Code, string Begins)> s_outcomes = new()
    {
        ["add_subtract"] = (1, "lost update: Thread-1 overwrites at add_subtract.cs:"),
        ["race"] = (1, "lost update: Thread-1 overwrites at race.cs:"),
        ["gil"] = (3, "not controlled: main calls Braid.Futures.ProcessPoolExecutor..ctor at gil.cs:"),
        ["handshake"] = (3, "not controlled: main calls Braid.Multiprocessing.Listener..ctor at handshake.cs:"),
        ["processes"] = (3, "not controlled: main calls Braid.Multiprocessing.Process..ctor at processes.cs:"),
        ["shared_value"] = (3, "not controlled: main calls Process.Start at shared_value.cs:"),
    };

    public static TheoryData<string> Lessons => [.. Repository.Files("*.cs", "samples/lessons").Select(static file => Path.GetFileNameWithoutExtension(file)).Order()];

    [Theory]
    [MemberData(nameof(Lessons))]
    public async Task A_lesson_passes_or_shows_its_fault_or_is_refused_by_a_sentence(string lesson)
    {
        (int expected, string begins) = s_outcomes.GetValueOrDefault(lesson, (0, "passed: "));
        (int code, string output, string error) = await programs.Run("check", Path.Combine(Repository.Root, "samples", "lessons", $"{lesson}.cs"), "--schedules", "10");
        Assert.Equal("", error);
        Assert.StartsWith(begins, output, StringComparison.Ordinal);
        Assert.Equal(expected, code);
    }
}
