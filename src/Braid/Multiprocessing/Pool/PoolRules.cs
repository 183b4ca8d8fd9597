namespace Braid.Multiprocessing;

/// <summary>The settings of a pool's state machine. Times are in ticks of its clock, tenths of a microsecond.</summary>
internal sealed record PoolRules
{
    public required int MaxWorkers { get; init; }

    public long? MemoryLimit { get; init; }

    public int? MaxTasksPerChild { get; init; }

    /// <summary>
    /// Whether a worker may get tasks before it has ended the last one. Not in a sandbox: what lies in a worker's memory, the code of its
    /// running task can read.
    /// </summary>
    public bool SendsAhead { get; init; } = true;

    /// <summary>How many more workers a task may cost.</summary>
    public int Retries { get; init; }

    /// <summary>How often a task is run again after an exception of its own.</summary>
    public int ExceptionRetries { get; init; }

    /// <summary>How long a worker may take from its start until its initializer is done.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an idle worker may take to leave.</summary>
    public TimeSpan LeaveTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after a kill a worker is given up as lost.</summary>
    public TimeSpan KillTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many starts in a row may fail before the waiting tasks fail.</summary>
    public int StartAttempts { get; init; } = 3;

    /// <summary>The pause after the first failed start; it doubles with each.</summary>
    public TimeSpan FirstBackOff { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromSeconds(30);
}
