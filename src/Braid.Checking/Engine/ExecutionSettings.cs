namespace Braid.Checking.Engine;

/// <summary>What holds for all runs of an exploration.</summary>
internal sealed record ExecutionSettings
{
    public ClockMode Clock { get; init; }

    public MemoryModel MemoryModel { get; init; }

    /// <summary>See <see cref="CheckOptions.DelaysLibraries"/>.</summary>
    public bool DelaysLibraries { get; init; }

    /// <summary>Scheduling points after which a run is taken for one that never ends.</summary>
    public required int MaxSteps { get; init; }

    /// <summary>Scheduling points after which threads are chosen evenly, so that nobody waits forever on account of the strategy alone.</summary>
    public required int FairAfter { get; init; }

    /// <summary>Threads, work items and timer callbacks after which a run is taken for one that never ends.</summary>
    public int MaxThreads { get; init; } = 1_000;

    /// <summary>See <see cref="CheckOptions.Processors"/>.</summary>
    public int? Processors { get; init; }

    /// <summary>See <see cref="CheckOptions.Uncontrolled"/>.</summary>
    public OutsideCalls Outside { get; init; } = new([]);

    /// <summary>Whether a fault does not count, so that a run may go on past it.</summary>
    public Func<Failure, bool>? IsKnown { get; init; }

    /// <summary>Brings the program's statics back to their first state; called in the body's thread before it.</summary>
    public Action? BeforeRun { get; init; }

    /// <summary>The same for the statics that each thread has of its own; called in each thread before its body.</summary>
    public Action? BeforeThread { get; init; }
}
