using Braid.Multiprocessing;

namespace Braid.Futures;

/// <summary>How a <see cref="ProcessPoolExecutor"/> runs its tasks.</summary>
public sealed record ProcessPoolOptions
{
    private static readonly TimeSpan s_ages = TimeSpan.FromDays(100 * 365);

    /// <summary>How many processes at most; null, the default, for as many as there are processors.</summary>
    public int? MaxWorkers { get; init; }

    /// <summary>How long a task, or one item of a map, may run, waiting not counted; then its process is killed and its future throws <see cref="TaskTimeoutException"/>. Null, the default, or infinite: no limit. The clock stops while the machine is suspended. <see cref="ProcessPoolExecutor.WithTaskTimeout"/> sets another limit for some calls.</summary>
    public TimeSpan? TaskTimeout { get; init; }

    /// <summary>Bytes of memory a process may have, its runtime's 30 MB or so included and what it shares not; looked at twenty times a second, and the runtime's heap is limited to it. Null, the default: no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>After how many tasks a process is replaced; null, the default: never.</summary>
    public int? MaxTasksPerChild { get; init; }

    /// <summary>How often a task, or one item of a map, is run again whose process crashed, left, or was killed from outside. Zero, the default: a task is begun once at most. Time and memory limits are not retried.</summary>
    public int Retries { get; init; }

    /// <summary>How often a task, or one item of a map, is run again after an exception of its own. Zero, the default: never. What the earlier attempts threw stands in the data of the last exception, under "Earlier attempts".</summary>
    public int ExceptionRetries { get; init; }

    /// <summary>Called in each process before its first task; it travels like a task.</summary>
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

    /// <summary>Runs in each process before its first task, up to the end of the task that it returns; after <see cref="Initializer"/> if there are both.</summary>
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

    /// <summary>How many calls at most may be submitted and not begun; 1 or more; null, the default: any number. A chunk of a map is one call.</summary>
    /// <remarks>
    /// When there are so many, Submit blocks until one of them begins or is cancelled, and maps do so for each of their chunks;
    /// <see cref="Executor.SubmitAsync{T}(Func{T}, CancellationToken)"/> waits without blocking the thread, and
    /// <see cref="Executor.TrySubmit{T}(Func{T}, out Future{T}, TimeSpan, CancellationToken)"/> for so long as it is told, or not at all. A shutdown ends the wait.
    /// The methods of <see cref="Pool"/> block too, also ApplyAsync and MapAsync, which have no result to give before their calls are in; code that must not block
    /// there uses a <see cref="ProcessPoolExecutor"/>.
    /// </remarks>
    public int? MaxPending { get; init; }

    /// <summary>The pool's name: its workers are called after it, "name_1" and so on, in <c>ps</c>, <c>top</c> and the pool's figures, as are the measurements of the pool. Null, the default, for "ProcessPoolExecutor-N".</summary>
    public string? Name { get; init; }

    /// <summary>Whether .NET's diagnostics tools (dotnet-trace, dotnet-counters, dotnet-dump, debuggers) can attach to the processes. False, the default: a process then starts sooner, and leaves no files in the temporary folder when it is killed. With true, the pool deletes those files.</summary>
    public bool Diagnostics { get; init; }

    internal WorkerSettings ToSettings() => new()
    {
        MemoryLimit = MemoryLimit,
        Environment = Environment is null ? null : new Dictionary<string, string?>(Environment),
        Processors = Processors is null ? null : [.. Processors],
        Diagnostics = Diagnostics,
        Output = Output,
    };

    /// <summary>Checks a time limit of tasks, which infinite switches off.</summary>
    /// <returns>The limit; null for none.</returns>
    internal static TimeSpan? CheckTaskTimeout(TimeSpan? limit, string parameter)
    {
        if (limit is null || limit == Timeout.InfiniteTimeSpan)
        {
            return null;
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit.Value, TimeSpan.Zero, parameter);
        return AtMostAges(limit.Value);
    }

    internal PoolRules ToRules()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxWorkers ?? 1, 1, nameof(MaxWorkers));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxTasksPerChild ?? 1, 1, nameof(MaxTasksPerChild));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPending ?? 1, 1, nameof(MaxPending));
        if (Name is "")
        {
            throw new ArgumentException("The name of a pool cannot be empty; null is for a name that is made up.", nameof(Name));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(Retries);
        ArgumentOutOfRangeException.ThrowIfNegative(ExceptionRetries);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MemoryLimit ?? 1, nameof(MemoryLimit));
        CheckTaskTimeout(TaskTimeout, nameof(TaskTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StartTimeout, TimeSpan.Zero);
        return new PoolRules
        {
            MaxWorkers = MaxWorkers ?? System.Environment.ProcessorCount,
            MemoryLimit = MemoryLimit,
            MaxTasksPerChild = MaxTasksPerChild,
            Retries = Retries,
            ExceptionRetries = ExceptionRetries,
            StartTimeout = AtMostAges(StartTimeout),
        };
    }

    /// <summary>A time that can be added to any clock's: the longest <see cref="TimeSpan"/> cannot.</summary>
    private static TimeSpan AtMostAges(TimeSpan time) => time < s_ages ? time : s_ages;
}
