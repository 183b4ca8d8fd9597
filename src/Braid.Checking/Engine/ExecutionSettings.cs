namespace Braid.Checking.Engine;

/// <summary>The settings of all runs of an exploration.</summary>
internal sealed record ExecutionSettings
{
    public ClockMode Clock { get; init; }

    public MemoryModel MemoryModel { get; init; }

    /// <summary>See <see cref="CheckOptions.DelaysLibraries"/>.</summary>
    public bool DelaysLibraries { get; init; }

    /// <summary>The maximum number of scheduling points: a longer run is taken for one that never ends.</summary>
    public required int MaxSteps { get; init; }

    /// <summary>
    /// The number of scheduling points after which threads are chosen evenly, so that no strategy can starve one forever.
    /// </summary>
    public required int FairAfter { get; init; }

    /// <summary>The maximum number of threads, work items and timer callbacks: a run with more is taken for one that never ends.</summary>
    public int MaxThreads { get; init; } = 1_000;

    /// <summary>See <see cref="CheckOptions.Processors"/>.</summary>
    public int? Processors { get; init; }

    /// <summary>See <see cref="CheckOptions.Uncontrolled"/>.</summary>
    public OutsideCalls Outside { get; init; } = new([]);

    /// <summary>What ran outside of control without having been allowed to.</summary>
    public StrayCode Stray { get; } = new();

    /// <summary>Whether a fault does not count: then the run continues past it.</summary>
    public Func<Failure, bool>? IsKnown { get; init; }

    /// <summary>Resets the program's statics to their initial state; called in the thread of the body, before the body.</summary>
    public Action? BeforeRun { get; init; }

    /// <summary>Resets the statics that each thread has of its own; called in each thread, before its body.</summary>
    public Action? BeforeThread { get; init; }
}
