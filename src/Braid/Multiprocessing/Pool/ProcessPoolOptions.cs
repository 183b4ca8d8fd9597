using Braid.Multiprocessing;

namespace Braid.Futures;

/// <summary>How a <see cref="ProcessPoolExecutor"/> runs its tasks.</summary>
public sealed record ProcessPoolOptions
{
    /// <summary>How many processes at most; null, the default, for as many as there are processors.</summary>
    public int? MaxWorkers { get; init; }

    /// <summary>How long a task, or one item of a map, may run, waiting not counted; then its process is killed and its future throws <see cref="TaskTimeoutException"/>. Null, the default: for ever. The clock does not go on while the machine is suspended.</summary>
    public TimeSpan? TaskTimeout { get; init; }

    /// <summary>Bytes of memory a process may have, its runtime's 30 MB or so included and what it shares not; looked at twenty times a second, and the runtime's heap is limited to it. Null, the default: no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>After how many tasks a process is replaced; null, the default: never.</summary>
    public int? MaxTasksPerChild { get; init; }

    /// <summary>How often a task, or one item of a map, is run again whose process crashed, left, or was killed from outside. Zero, the default: a task is begun once at most. Time and memory limits are not retried.</summary>
    public int Retries { get; init; }

    /// <summary>How often a task, or one item of a map, is run again after an exception of its own. Zero, the default: never. What the earlier attempts threw stands in the data of the last exception, under "Earlier attempts".</summary>
    public int ExceptionRetries { get; init; }

    /// <summary>What each process calls before its first task; it travels like a task.</summary>
    /// <exception cref="ArgumentException">It is async void.</exception>
    public Action? Initializer
    {
        get;
        init
        {
            Threading.AsyncVoid.Refuse(value, $"Set {nameof(InitializerAsync)}.", nameof(Initializer));
            field = value;
        }
    }

    /// <summary>What each process runs before its first task, up to the end of the task that it returns; after <see cref="Initializer"/> if there are both.</summary>
    public Func<Task>? InitializerAsync { get; init; }

    /// <summary>How long a process may take to start and to run the initializer; one minute by default.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Variables added to the environment of the processes; a null value takes one away.</summary>
    public IReadOnlyDictionary<string, string?>? Environment { get; init; }

    /// <summary>The numbers of the processors that the processes may use; null, the default, for all.</summary>
    public IReadOnlyList<int>? Processors { get; init; }

    /// <summary>How polite the processes are to others, 0 to 19, as with the command nice; null, the default: like this process.</summary>
    public int? Nice { get; init; }

    /// <summary>Gets each line that a process prints, and whether it went to standard error, one line at a time on a thread of its own. Null, the default: the lines go where this process prints.</summary>
    /// <exception cref="ArgumentException">It is async void.</exception>
    public Action<string, bool>? Output
    {
        get;
        init
        {
            Threading.AsyncVoid.Refuse(value, "Lines come one at a time because the handler blocks until it has one. Put them into a queue and read that.", nameof(Output));
            field = value;
        }
    }

    internal Action? WholeInitializer => Threading.Awaiting.Both(Initializer, InitializerAsync);

    internal WorkerSettings ToSettings() => MemoryLimit is null && Environment is null && Processors is null && Output is null ? WorkerSettings.Default
        : new WorkerSettings { MemoryLimit = MemoryLimit, Environment = Environment, Processors = Processors, Output = Output };

    internal PoolRules ToRules()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxWorkers ?? 1, 1, nameof(MaxWorkers));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTasksPerChild ?? 1, 1, nameof(MaxTasksPerChild));
        ArgumentOutOfRangeException.ThrowIfNegative(Retries);
        ArgumentOutOfRangeException.ThrowIfNegative(ExceptionRetries);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MemoryLimit ?? 1, nameof(MemoryLimit));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(TaskTimeout ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(TaskTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StartTimeout, TimeSpan.Zero);
        return new PoolRules
        {
            MaxWorkers = MaxWorkers ?? System.Environment.ProcessorCount,
            TaskTimeout = TaskTimeout,
            MemoryLimit = MemoryLimit,
            MaxTasksPerChild = MaxTasksPerChild,
            Retries = Retries,
            ExceptionRetries = ExceptionRetries,
            StartTimeout = StartTimeout,
        };
    }
}
