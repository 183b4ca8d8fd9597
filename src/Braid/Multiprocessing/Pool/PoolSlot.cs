namespace Braid.Multiprocessing;

/// <summary>A worker of a pool, as the pool's state machine sees it. Guarded by the pool's gate.</summary>
internal sealed class PoolSlot(int number)
{
    /// <summary>Its number among all slots the pool has ever made.</summary>
    public int Number => number;

    public SlotState State { get; set; } = SlotState.Starting;

    /// <summary>The process; null until it is started, and in tests of the state machine.</summary>
    public Worker? Worker { get; set; }

    /// <summary>The tasks that were sent to it and have not ended, in order; the first one is running.</summary>
    public LinkedList<PoolTask> Outstanding { get; } = new();

    /// <summary>Tasks sent to it and not taken back.</summary>
    public int Sent { get; set; }

    public int Ended { get; set; }

    /// <summary>The deadline of its first task, its start, or its leaving, depending on the state.</summary>
    public long DueAt { get; set; } = long.MaxValue;

    /// <summary>When it was killed; 0 if it was not.</summary>
    public long KilledAt { get; set; }

    /// <summary>Why it was killed, if it was.</summary>
    public ExitReason KillReason { get; set; }

    /// <summary>Whether a worker that was asked to end was killed since.</summary>
    public bool IsKilledByForce { get; set; }

    /// <summary>When the first task was seen to begin.</summary>
    public long BegunAt { get; set; }

    /// <summary>How long its tasks usually take (a moving average); in clock ticks.</summary>
    public double UsualTicks { get; set; }

    /// <summary>For a killed one: whether it had become ready before.</summary>
    public bool StartedWell { get; set; }

    /// <summary>The exception of its initializer.</summary>
    /// <remarks>Written without the gate by the supervisor's thread, which afterwards reports the death: only then is it read.</remarks>
    public StartFailure? StartFailure { get; set; }
}

/// <summary>The life of a worker in a pool.</summary>
internal enum SlotState
{
    /// <summary>Its process is being started, or runs its initializer.</summary>
    Starting,

    /// <summary>It takes tasks.</summary>
    Ready,

    /// <summary>It was told to leave after its tasks.</summary>
    Leaving,

    /// <summary>It was killed; its death has not been reported yet.</summary>
    Killed,

    /// <summary>It is gone.</summary>
    Gone,
}
