namespace Braid.Multiprocessing;

/// <summary>A worker of a pool, as the pool's state machine sees it. Guarded by the pool's gate.</summary>
internal sealed class PoolSlot(int number)
{
    /// <summary>Its number among the pool's slots ever made.</summary>
    public int Number => number;

    public SlotState State { get; set; } = SlotState.Starting;

    /// <summary>The process; null until it is started, and in tests of the state machine.</summary>
    public Worker? Worker { get; set; }

    /// <summary>The tasks that were sent to it and have not ended, in order; the first one is running.</summary>
    public LinkedList<PoolTask> Outstanding { get; } = new();

    /// <summary>Tasks sent to it that were not taken back.</summary>
    public int Sent { get; set; }

    public int Ended { get; set; }

    /// <summary>When the first task's time is up, or the start's, or the leaving's, by state.</summary>
    public long DueAt { get; set; } = long.MaxValue;

    /// <summary>When it was killed; 0: it was not.</summary>
    public long KilledAt { get; set; }

    /// <summary>For a killed one: why.</summary>
    public ExitReason KillReason { get; set; }

    /// <summary>For one that was asked to end: whether it was killed since.</summary>
    public bool IsKilledByForce { get; set; }

    /// <summary>When the first task was seen to begin.</summary>
    public long BegunAt { get; set; }

    /// <summary>How long its tasks take, smoothed; in clock ticks.</summary>
    public double UsualTicks { get; set; }

    /// <summary>For a killed one: whether it had become ready before.</summary>
    public bool StartedWell { get; set; }

    /// <summary>The exception of its initializer.</summary>
    public StartFailure? StartFailure { get; set; }
}

/// <summary>The life of a worker in a pool.</summary>
internal enum SlotState
{
    /// <summary>Its process is being made, or runs its initializer.</summary>
    Starting,

    /// <summary>It takes tasks.</summary>
    Ready,

    /// <summary>It was told to leave after what it has.</summary>
    Leaving,

    /// <summary>It was killed; its death is not known yet.</summary>
    Killed,

    /// <summary>It is gone.</summary>
    Gone,
}
