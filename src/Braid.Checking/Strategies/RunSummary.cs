namespace Braid.Checking.Strategies;

/// <summary>What a strategy learns from a run that has ended.</summary>
/// <param name="Steps">Scheduling points, including those that left no choice.</param>
/// <param name="Choices">
/// The scheduling points that left a choice, including those where the strategy was not asked because the run had become too long.
/// </param>
/// <param name="Failed">Whether the run showed a fault.</param>
/// <param name="NewPoints">Whether the run found racy accesses: from now on there are more scheduling points.</param>
/// <param name="Hash">The hash of the run's log at its end.</param>
internal readonly record struct RunSummary(int Steps, int Choices, bool Failed, bool NewPoints, uint Hash)
{
    /// <summary>All threads of the run, with the steps they have taken.</summary>
    public IReadOnlyList<Engine.ControlledThread> Threads { get; init; } = [];

    /// <summary>What its steps touched; null if the search does not ask for it.</summary>
    public Engine.StepTrace? Trace { get; init; }
}
