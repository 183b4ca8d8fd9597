using Braid.Soundness;

namespace Braid.Checking.Tests.Soundness;

/// <summary>The checker's search finds everything that can happen in a program, and nothing else.</summary>
public sealed class SoundnessTests
{
    private const int Seed = 1;
    private const int Programs = 300;
    private const int MostSchedules = 500;

    /// <remarks>The long form is bench/versus/Soundness, which also replays programs of other seeds.</remarks>
    [Fact]
    public void The_search_finds_what_brute_force_finds()
    {
        var series = new Series(Seed, MostSchedules);
        Comparison? first = series.Run(0, Programs).FirstOrDefault();
        Assert.True(first is null, $"{first}");
        Assert.True(series.Compared > Programs / 2, $"{series.Compared} of {Programs} programs are small enough");
    }

    [Fact]
    public void Every_program_of_the_long_form_can_be_written_down() =>
        Assert.All(Enumerable.Range(0, 10_000), static number => SourceText.Alone(Generator.Make(Seed, number)));
}
