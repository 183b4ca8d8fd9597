using Braid.Multiprocessing;

namespace Braid.Futures;

/// <summary>How a <see cref="ProcessPoolExecutor"/> runs its tasks.</summary>
public sealed record ProcessPoolOptions
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(100 * 365);

    /// <summary>The maximum number of processes; null, the default, for as many as there are processors.</summary>
    public int? MaxWorkers { get; init; }

    /// <summary>
    /// How long a task, or one item of a map, may run, not counting the time it waits. After that its process is killed and its future
    /// throws <see cref="TaskTimeoutException"/>. Null, the default, or infinite: no limit. The clock stops while the machine is suspended.
    /// <see cref="ProcessPoolExecutor.WithTaskTimeout"/> sets another limit for some calls.
    /// </summary>
    public TimeSpan? TaskTimeout { get; init; }

    /// <summary>
    /// Bytes of memory a process may have, including some 30 MB for its runtime but not what it shares. It is measured twenty times a
    /// second, and the runtime's heap is limited to it. Null, the default: no limit.
    /// </summary>
    public long? MemoryLimit { get; init; }

    /// <summary>After how many tasks a process is replaced; null, the default, for never.</summary>
    public int? MaxTasksPerChild { get; init; }

    /// <summary>
    /// How often a task, or one item of a map, is run again if its process crashed, exited, or was killed from outside. Zero, the default:
    /// a task is begun at most once. A task that exceeded a time or memory limit is not retried.
    /// </summary>
    public int Retries { get; init; }

    /// <summary>
    /// How often a task, or one item of a map, is run again after an exception of its own. Zero, the default: never. The data of the last
    /// exception list the exceptions of earlier attempts, under "Earlier attempts".
    /// </summary>
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

    /// <summary>
    /// Runs in each process before its first task, until the task that it returns has ended; after <see cref="Initializer"/> if there are
    /// both.
    /// </summary>
    public Func<Task>? InitializerAsync { get; init; }

    /// <summary>How long a process may take to start and to run the initializer; one minute by default.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// What the processes may touch; null, the default, for all that this process may. With a sandbox, <see cref="Diagnostics"/> must be
    /// false, and a process gets a call only once it has ended the last one, whose code could read it. What one call leaves in its process,
    /// the next finds there, unless <see cref="MaxTasksPerChild"/> is 1.
    /// </summary>
    public Sandbox? Sandbox { get; init; }

    /// <summary>Variables added to the environment of the processes; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?>? Environment { get; init; }

    /// <summary>The numbers of the processors that the processes may use; null, the default, for all.</summary>
    public IReadOnlyList<int>? Processors { get; init; }

    /// <summary>The nice value of the processes, 0 to 19; null, the default, for that of this process.</summary>
    public int? Nice { get; init; }

    /// <summary>
    /// Gets each line that a process prints, and whether it went to standard error, one line at a time on a thread of its own. Null, the
    /// default: the lines go to this process's own output.
    /// </summary>
    /// <exception cref="ArgumentException">It is async void.</exception>
    public Action<string, bool>? Output
    {
        get;
        init
        {
            Threading.AsyncVoid.Refuse(
                value,
                "Lines come one at a time because the handler blocks until it has one. Put them into a queue and read that.",
                nameof(Output));
            field = value;
        }
    }

    internal Action? WholeInitializer => Threading.Awaiting.Both(Initializer, InitializerAsync);

    /// <summary>
    /// The maximum number of calls that are submitted and have not begun; 1 or more; null, the default, for any number. A chunk of a map is
    /// one call.
    /// </summary>
    /// <remarks>
    /// At this number, Submit blocks until one of them begins or is cancelled, and maps do so for each of their chunks;
    /// <see cref="Executor.SubmitAsync{T}(Func{T}, CancellationToken)"/> waits without blocking the thread, and
    /// <see cref="Executor.TrySubmit{T}(Func{T}, out Future{T}, TimeSpan, CancellationToken)"/> waits for the given time, or not at all. A
    /// shutdown ends the wait. The methods of <see cref="Pool"/> block too, including ApplyAsync and MapAsync, which have no result to
    /// return before their calls are submitted; code that must not block there should use a <see cref="ProcessPoolExecutor"/>.
    /// </remarks>
    public int? MaxPending { get; init; }

    /// <summary>
    /// The pool's name: its workers are named after it, "name_1" and so on, in <c>ps</c>, <c>top</c> and the pool's figures, as are the
    /// measurements of the pool. Null, the default, for "ProcessPoolExecutor-N".
    /// </summary>
    public string? Name { get; init; }

    /// <summary>
    /// Whether .NET's diagnostics tools (dotnet-trace, dotnet-counters, dotnet-dump, debuggers) can attach to the processes. If false, the
    /// default, a process starts faster, and leaves no files in the temporary folder when it is killed. If true, the pool deletes those
    /// files.
    /// </summary>
    public bool Diagnostics { get; init; }

    internal WorkerSettings ToSettings() => new()
    {
        MemoryLimit = MemoryLimit,
        Environment = Environment is null ? null : new Dictionary<string, string?>(Environment),
        Processors = Processors is null ? null : [.. Processors],
        Diagnostics = Diagnostics,
        Sandbox = Sandbox,
        Output = Output,
    };

    /// <summary>Checks a time limit of tasks; infinite means none.</summary>
    /// <returns>The limit; null if there is none.</returns>
    internal static TimeSpan? CheckTaskTimeout(TimeSpan? limit, string parameter)
    {
        if (limit is null || limit == Timeout.InfiniteTimeSpan)
        {
            return null;
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit.Value, TimeSpan.Zero, parameter);
        return Clamp(limit.Value);
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

        if (Sandbox is not null && Diagnostics)
        {
            throw new ArgumentException(
                "A process in a sandbox cannot be open to diagnostics tools: they would read its memory.", nameof(Diagnostics));
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
            SendsAhead = Sandbox is null,
            Retries = Retries,
            ExceptionRetries = ExceptionRetries,
            StartTimeout = Clamp(StartTimeout),
        };
    }

    /// <summary>A time that can be added to the value of any clock: the longest <see cref="TimeSpan"/> cannot.</summary>
    private static TimeSpan Clamp(TimeSpan time) => time < s_longest ? time : s_longest;
}
