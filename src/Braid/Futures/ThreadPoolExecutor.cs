using System.Runtime.InteropServices;
using Braid.Threading;

namespace Braid.Futures;

/// <summary>Runs calls on threads of its own, up to a limit, which are started when needed and reused.</summary>
/// <remarks>
/// <para>
/// Calls begin in the order in which they were submitted, or <see cref="ThreadPoolOptions.NewestFirst">the newest first</see>, each in the
/// execution context (async-locals, culture) of its submitter. A call may submit others to the same executor; a call that waits for another
/// while all workers do the same waits forever (see <see cref="DeadlockDetection"/>). When the program ends, all submitted calls are
/// completed first, including those of executors that were not shut down; not waited for are a call that itself calls Environment.Exit, and
/// executors that are <see cref="ThreadPoolOptions.Daemon">daemons</see>. An executor that is no longer referenced runs the submitted calls
/// and stops its workers.
/// </para>
/// <para>
/// After each call its thread is restored to its state after the initializer: synchronization context, name, priority, whether it is in the
/// background, and the async-locals, of which it has none; those that the initializer sets do not reach the calls. Thread-statics,
/// <see cref="Threading.Local{T}"/>, and locks that a call leaves held stay with the thread, and the current directory and the environment
/// with the program.
/// </para>
/// <para>Python counterpart: <c>concurrent.futures.ThreadPoolExecutor</c>.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ThreadPoolExecutor : Executor
{
    private static int s_counter = -1;   // by Interlocked: numbers the executors without a prefix

    private readonly WorkerPool _pool;
    private readonly PendingLimit? _limit;

    /// <summary>Creates an executor; no thread is started yet.</summary>
    /// <param name="maxWorkers">
    /// The maximum number of threads; 1 or more; null, the default, for the number of processors plus 4, at most 32.
    /// </param>
    /// <param name="threadNamePrefix">
    /// The threads are named after it, "prefix_0" and so on; null or empty for "ThreadPoolExecutor-N".
    /// </param>
    /// <param name="initializer">
    /// Called once in each thread before its first call. If it throws, the executor is broken: pending and later calls fail with
    /// <see cref="BrokenThreadPoolException"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxWorkers"/> is less than 1.</exception>
    public ThreadPoolExecutor(int? maxWorkers = null, string? threadNamePrefix = null, Action? initializer = null)
        : this(
            new ThreadPoolOptions { MaxWorkers = maxWorkers, ThreadNamePrefix = threadNamePrefix, Initializer = initializer },
            nameof(maxWorkers))
    {
    }

    /// <summary>Creates an executor; no thread is started yet.</summary>
    /// <param name="options">How it runs its calls.</param>
    /// <exception cref="ArgumentNullException">There are no options.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <see cref="ThreadPoolOptions.MaxWorkers"/> or <see cref="ThreadPoolOptions.MaxPending"/> is less than 1.
    /// </exception>
    public ThreadPoolExecutor(ThreadPoolOptions options)
        : this(options, nameof(ThreadPoolOptions.MaxWorkers))
    {
    }

    private ThreadPoolExecutor(ThreadPoolOptions options, string maxWorkersName)
    {
        ArgumentNullException.ThrowIfNull(options);
        int workers = options.MaxWorkers ?? Math.Min(32, Environment.ProcessorCount + 4);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1, maxWorkersName);
        // The counter only numbers.
        string prefix = string.IsNullOrEmpty(options.ThreadNamePrefix)
            ? $"ThreadPoolExecutor-{Interlocked.Increment(ref s_counter)}"
            : options.ThreadNamePrefix;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxPending ?? 1, 1, nameof(ThreadPoolOptions.MaxPending));
        _limit = options.MaxPending is int most ? new PendingLimit(most) : null;
        _pool = new WorkerPool(prefix, workers, options.WholeInitializer, options.NewestFirst);
        if (!options.Daemon)
        {
            ProgramExit.Register(_pool);
        }

        Instruments.Register(_pool);
    }

    /// <summary>
    /// Creates an executor whose threads run an asynchronous function to its end before their first call; no thread is started yet.
    /// </summary>
    /// <inheritdoc cref="ThreadPoolExecutor(int?, string?, Action?)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTask)]
    public ThreadPoolExecutor([Optional] int? maxWorkers, [Optional] string? threadNamePrefix, Func<Task>? initializer)
        : this(maxWorkers, threadNamePrefix, Awaiting.Of(initializer))
    {
    }

    /// <inheritdoc cref="ThreadPoolExecutor(int?, string?, Func{Task}?)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public ThreadPoolExecutor([Optional] int? maxWorkers, [Optional] string? threadNamePrefix, Func<ValueTask>? initializer)
        : this(maxWorkers, threadNamePrefix, Awaiting.Of(initializer))
    {
    }

    /// <summary>Lets the workers finish the submitted calls, and stop.</summary>
    /// <remarks>
    /// It may run as soon as no member uses the object any more, even if a member has not returned. So code that needs an open pool keeps
    /// the object alive to its end.
    /// </remarks>
    ~ThreadPoolExecutor() => _pool?.Close(cancelPending: false);   // null if the constructor threw

    /// <summary>The maximum number of threads.</summary>
    public int MaxWorkers => _pool.MaxWorkers;

    /// <summary>How many threads were started.</summary>
    public int Workers => _pool.WorkerCount;

    /// <summary>How many calls are submitted and have not begun, at this moment.</summary>
    public int Pending => _pool.Pending;

    /// <summary>The workers.</summary>
    internal IReadOnlyList<Threading.Thread> Threads => _pool.Threads();

    /// <summary>Whether the calling thread is one of the workers.</summary>
    internal bool IsWorker => _pool.IsWorker;

    /// <inheritdoc/>
    public override Future<T> Submit<T>(Func<T> function, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Submit(function, Enter(token), token);
    }

    private protected override PendingLimit? Limit => _limit;

    private protected override bool IsExempt => _pool.IsWorker;

    internal override Future<T> Submit<T>(Func<T> function, bool hasPlace, CancellationToken token) =>
        Submit(new Call<T>(function, _pool) { Limit = hasPlace ? _limit : null }, token);

    /// <inheritdoc/>
    public override Future Submit(Action function, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        AsyncVoid.RefuseQuickly(function, "Pass a function that returns a task.");
        return Submit(new Call<ValueTuple>(function, _pool) { Limit = Enter(token) ? _limit : null }, token);
    }

    /// <inheritdoc/>
    public override void Shutdown(bool wait = true, bool cancelFutures = false)
    {
        Close(cancelFutures);
        if (wait)
        {
            Threading.Thread.JoinAll(_pool.Threads());
        }
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public override async ValueTask ShutdownAsync(bool cancelFutures = false)
    {
        Close(cancelFutures);
        ThrowIfWorker();
        foreach (Threading.Thread worker in _pool.Threads())
        {
            await worker.JoinAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Accepts no more calls and gives those it has some time; then cancels those that have not begun. A call that runs in a thread cannot
    /// be stopped, and goes on.
    /// </summary>
    /// <param name="deadline">How long the calls may take; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>Whether all calls ended in time, and the threads with them; if not, some were cancelled or are still running.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative and not infinite.</exception>
    /// <exception cref="InvalidOperationException">
    /// The caller is one of the workers, for which it would wait; the executor is shut down.
    /// </exception>
    public bool Shutdown(TimeSpan deadline)
    {
        var end = Deadline.After(deadline);
        Shutdown(wait: false);
        ThrowIfWorker();
        if (_pool.Threads().All(thread => thread.TryJoin(end.Left)))
        {
            return true;
        }

        _pool.Close(cancelPending: true);
        return false;
    }

    /// <summary>
    /// Accepts no more calls, and gives those it has some time, without blocking the thread; then cancels those that have not begun. A call
    /// that runs in a thread cannot be stopped, and goes on.
    /// </summary>
    /// <inheritdoc cref="Shutdown(TimeSpan)"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<bool> ShutdownAsync(TimeSpan deadline)
    {
        var end = Deadline.After(deadline);
        Shutdown(wait: false);
        ThrowIfWorker();
        foreach (Threading.Thread thread in _pool.Threads())
        {
            if (!await thread.TryJoinAsync(end.Left))
            {
                _pool.Close(cancelPending: true);
                return false;
            }
        }

        return true;
    }

    private void Close(bool cancelPending)
    {
        _pool.Close(cancelPending);
        _limit?.Lift();
    }

    private void ThrowIfWorker()
    {
        if (_pool.IsWorker)
        {
            throw new InvalidOperationException(
                "A call cannot wait for the end of its own executor: it would wait for itself. The executor is shut down.");
        }
    }

    private Call<T> Submit<T>(Call<T> call, CancellationToken token)
    {
        if (token.IsCancellationRequested)
        {
            call.Cancel();
        }

        _pool.Submit(call);
        GC.KeepAlive(this);   // otherwise the finalizer might close the pool before the call is accepted
        call.CancelWith(token);
        return call;
    }

    /// <summary>The workers, and the calls that are pending and running.</summary>
    public override string ToString() =>
        $"{_pool.MeasuredName}, workers={Workers}/{MaxWorkers}, pending={Pending}, running={_pool.Running}";
}
