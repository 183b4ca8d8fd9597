namespace BugZoo;

/// <summary>A program with a known concurrency bug, and its twin without it.</summary>
/// <param name="Name">The name in the literature, or of the mistake.</param>
/// <param name="Buggy">Goes wrong in some interleavings.</param>
/// <param name="Fixed">Has the same shape, and is right in all interleavings.</param>
/// <param name="Verdicts">What a checker may call the fault: names of verdicts.</param>
public sealed record ZooEntry(string Name, Action Buggy, Action Fixed, params IReadOnlyList<string> Verdicts)
{
    /// <summary>Mean schedules to the failure that a round-robin of random walk, partial order sampling, mixed PCT and uniform random walk needs in an abstract model of the program; null if it was not computed.</summary>
    public double? Mix { get; init; }

    /// <summary>It needs more schedules than a test should spend: only the harness runs it.</summary>
    public bool IsLong { get; init; }

    public override string ToString() => Name;
}
