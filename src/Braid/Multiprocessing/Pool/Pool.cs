using System.Collections.Concurrent;
using Braid.Futures;

namespace Braid.Multiprocessing;

/// <summary>Runs calls and maps in child processes, with the members of Python's <c>multiprocessing.Pool</c>.</summary>
/// <remarks>
/// <para>
/// It is a <see cref="ProcessPoolExecutor"/> with other members: calls travel, fail and are limited in the same way. The failure of a
/// process costs only the call, or the item of a map, that it was running, which throws an exception that describes the failure. No result
/// stays pending forever.
/// </para>
/// <para>
/// Disposing the pool, the end of a <c>using</c>, waits for all calls and callbacks; Python's <c>with</c> kills them instead, as
/// <see cref="Terminate"/> does here. Processes start when there is work for them. Callbacks run one at a time on threads of Braid; if one
/// throws, the exception goes to <see cref="Threading.Thread.ExceptHook"/> and affects nothing else.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public partial class Pool : IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan s_deathTime = TimeSpan.FromMilliseconds(250);   // how long killed processes are waited for

    private readonly Executor _executor;
    private readonly SerialQueue _callbacks;
    private readonly ConcurrentDictionary<Future, bool> _unended;   // results that were handed out and are not ready; any thread
    private readonly PoolAdmission _admission;

    /// <summary>Creates a pool. Processes start with the first calls.</summary>
    /// <param name="processes">The maximum number of processes; null, the default, for as many as there are processors.</param>
    /// <param name="initializer">What each process calls before its first call; null for nothing.</param>
    /// <param name="maxtasksperchild">
    /// After how many calls, or items of a map without a chunk size, a process is replaced; null, the default, for never.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="InvalidOperationException">This process is a daemon, which may have no children.</exception>
    public Pool(int? processes = null, Action? initializer = null, int? maxtasksperchild = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(processes ?? 1, 1, nameof(processes));
        ArgumentOutOfRangeException.ThrowIfLessThan(maxtasksperchild ?? 1, 1, nameof(maxtasksperchild));
        _executor = new ProcessPoolExecutor(processes, initializer, maxtasksperchild);
        (_admission, _callbacks, _unended) = (new PoolAdmission(ShutDown), new SerialQueue(), new ConcurrentDictionary<Future, bool>());
        Window = ChunksAhead * (processes ?? Environment.ProcessorCount);
    }

    /// <summary>Creates a pool. Processes start with the first calls.</summary>
    /// <param name="options">How it runs its calls: limits of time and memory, retries, and more.</param>
    /// <exception cref="ArgumentNullException">There are no options.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number or a time is out of its range.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="InvalidOperationException">This process is a daemon, which may have no children.</exception>
    public Pool(ProcessPoolOptions options)
    {
        _executor = new ProcessPoolExecutor(options);
        (_admission, _callbacks, _unended) = (new PoolAdmission(ShutDown), new SerialQueue(), new ConcurrentDictionary<Future, bool>());
        Window = ChunksAhead * (options.MaxWorkers ?? Environment.ProcessorCount);
    }

    private protected Pool(ThreadPoolExecutor executor)
    {
        _executor = executor;
        (_admission, _callbacks, _unended) = (new PoolAdmission(ShutDown), new SerialQueue(), new ConcurrentDictionary<Future, bool>());
        Window = ChunksAhead * executor.MaxWorkers;
    }

    private Pool(Pool whole, Executor executor) =>
        (_executor, _admission, _callbacks, _unended, Window) =
            (executor, whole._admission, whole._callbacks, whole._unended, whole.Window);

    /// <summary>
    /// The same pool with another time limit: calls made through the returned pool have this limit instead of
    /// <see cref="ProcessPoolOptions.TaskTimeout"/>.
    /// </summary>
    /// <remarks>
    /// <code>
    /// pool.WithTaskTimeout(TimeSpan.FromSeconds(2)).Map(Parse, pages)
    /// </code>
    /// The limit counts from the moment at which the call begins in its process, for each item of a map separately; a call that exceeds it
    /// costs its process. How long a caller waits is a separate matter. Both objects are one pool: closing one closes the other.
    /// </remarks>
    /// <param name="limit">How long each call, or item of a map, may run; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>A pool of the same processes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is zero, or negative and not infinite.</exception>
    /// <exception cref="NotSupportedException">The pool's workers are threads, which cannot be stopped.</exception>
    public Pool WithTaskTimeout(TimeSpan limit) =>
        _executor is ProcessPoolExecutor processes ? new Pool(this, processes.WithTaskTimeout(limit))
        : throw new NotSupportedException(
            "What runs in a thread cannot be stopped, so it can have no time limit. Use a Pool of processes.");

    /// <summary>Accepts no more calls. Those it has still run; then its workers leave. Does not block.</summary>
    /// <remarks>
    /// An <see cref="Imap{T, TResult}(Func{T, TResult}, IEnumerable{T}, int, TimeSpan?, int?, CancellationToken)"/> that was begun before
    /// goes on: its results can still be read to the end, and the workers stay until all its items are submitted.
    /// </remarks>
    public void Close() => _admission.Close();

    /// <summary>
    /// Accepts no more calls, cancels those that have not begun, and kills the processes. Their results become ready, as cancelled or
    /// failed. Does not block.
    /// </summary>
    public void Terminate() => TerminateAfter(deadline: null);

    /// <summary>Blocks until all calls have ended, their callbacks have run, and the workers are gone.</summary>
    /// <remarks>
    /// The rest of an <see cref="Imap{T, TResult}(Func{T, TResult}, IEnumerable{T}, int, TimeSpan?, int?, CancellationToken)"/> is
    /// submitted first, which reads its source to its end on the calling thread; if the source is endless, end the enumeration before.
    /// </remarks>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">
    /// The pool was not closed or terminated before; or the caller is a callback or a worker of the pool, which would wait for itself.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Join(CancellationToken token = default) => TryJoin(Timeout.InfiniteTimeSpan, token);

    /// <summary>Blocks until all calls have ended, their callbacks have run, and the workers are gone, or the time is up.</summary>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, only checks; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Whether all of this has happened; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="Join(CancellationToken)" path="/exception"/>
    public bool TryJoin(TimeSpan timeout = default, CancellationToken token = default)
    {
        var deadline = Deadline.After(timeout);
        ThrowUnlessJoinable();
        if (!_admission.SubmitRest(deadline, token))
        {
            return false;
        }

        foreach (Future result in _unended.Keys)
        {
            if (!result.WaitUntilDone(deadline.Left, token))
            {
                return false;
            }
        }

        return _executor switch
        {
            ProcessPoolExecutor processes => processes.Closed.WaitUntilDone(deadline.Left, token),
            ThreadPoolExecutor threads => threads.Threads.All(thread => thread.TryJoin(deadline.Left, token)),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>
    /// Waits, without blocking the thread, until all calls have ended, their callbacks have run, and the workers are gone.
    /// </summary>
    /// <inheritdoc cref="Join(CancellationToken)"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask JoinAsync(CancellationToken token = default) =>
        await TryJoinAsync(Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);

    /// <summary>
    /// Waits, without blocking the thread, until all calls have ended, their callbacks have run, and the workers are gone, or the time is
    /// up.
    /// </summary>
    /// <inheritdoc cref="TryJoin(TimeSpan, CancellationToken)"/>
    public ValueTask<bool> TryJoinAsync(TimeSpan timeout, CancellationToken token = default)
    {
        var deadline = Deadline.After(timeout);
        ThrowUnlessJoinable();
        return JoinAsync(deadline, token);
    }

    /// <summary>
    /// Closes the pool and gives its calls some time; then terminates it. Returns at most a quarter of a second after that time.
    /// </summary>
    /// <remarks>
    /// A call whose process was killed throws a <see cref="WorkerCrashedException"/> that names the deadline; a call that had not begun
    /// throws an <see cref="OperationCanceledException"/>. Threads cannot be killed: their calls go on.
    /// </remarks>
    /// <param name="deadline">How long the calls may take; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>Whether all calls ended by themselves.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative and not infinite.</exception>
    /// <exception cref="InvalidOperationException">
    /// The caller is a callback or a worker of the pool, which would wait for itself; the pool is closed.
    /// </exception>
    public bool Shutdown(TimeSpan deadline)
    {
        Deadline.Check(deadline);
        Close();
        if (TryJoin(deadline))
        {
            return true;
        }

        TerminateAfter(deadline);
        TryJoin(s_deathTime);
        return false;
    }

    /// <summary>Closes the pool and gives its calls some time, without blocking the thread; then terminates it.</summary>
    /// <inheritdoc cref="Shutdown(TimeSpan)"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<bool> ShutdownAsync(TimeSpan deadline)
    {
        Deadline.Check(deadline);
        Close();
        if (await TryJoinAsync(deadline))
        {
            return true;
        }

        TerminateAfter(deadline);
        await TryJoinAsync(s_deathTime).ConfigureAwait(false);
        return false;
    }

    /// <summary>Closes the pool and blocks until all calls have ended, their callbacks have run, and the workers are gone.</summary>
    /// <remarks>
    /// The items that an <see cref="Imap{T, TResult}(Func{T, TResult}, IEnumerable{T}, int, TimeSpan?, int?, CancellationToken)"/> has not
    /// submitted yet are refused; after <see cref="Close"/> and <see cref="Join"/> they would be called.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The caller is a callback or a worker of the pool. The pool is closed.</exception>
    public void Dispose()
    {
        _admission.End();
        Join();
        GC.SuppressFinalize(this);
    }

    private void TerminateAfter(TimeSpan? deadline)
    {
        _admission.End();
        _executor.Shutdown(wait: false, cancelFutures: true);
        (_executor as ProcessPoolExecutor)?.KillWorkersAfter(deadline);
    }

    /// <summary>
    /// Closes the pool and waits, without blocking the thread, until all calls have ended, their callbacks have run, and the workers are
    /// gone.
    /// </summary>
    /// <inheritdoc cref="Dispose"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask DisposeAsync()
    {
        _admission.End();
        await JoinAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether it is closed, and its workers.</summary>
    public override string ToString() =>
        $"{GetType().Name}, {(_admission.IsClosed ? "closed" : "open")}, unfinished={_unended.Count}, {_executor}";

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<bool> JoinAsync(Deadline deadline, CancellationToken token)
    {
        if (!_admission.SubmitRest(deadline, token))
        {
            return false;
        }

        foreach (Future result in _unended.Keys)
        {
            if (!await result.WaitUntilDoneAsync(deadline.Left, token).ConfigureAwait(false))
            {
                return false;
            }
        }

        if (_executor is ProcessPoolExecutor processes)
        {
            return await processes.Closed.WaitUntilDoneAsync(deadline.Left, token).ConfigureAwait(false);
        }

        foreach (Threading.Thread thread in ((ThreadPoolExecutor)_executor).Threads)
        {
            if (!await thread.TryJoinAsync(deadline.Left, token).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private void ThrowUnlessJoinable()
    {
        if (!_admission.IsClosed)
        {
            throw new InvalidOperationException(
                "The pool still takes calls, so its end would be waited for in vain. Call Close or Terminate before.");
        }

        if (_callbacks.IsRunningHere || _executor is ThreadPoolExecutor { IsWorker: true })
        {
            throw new InvalidOperationException(
                "A callback or a worker of a pool cannot wait for the pool's end: it would wait for itself. The pool is closed; wait " +
                "elsewhere.");
        }
    }

    private void ShutDown() => _executor.Shutdown(wait: false);

    private void ThrowIfClosed() => _admission.ThrowIfClosed();
}
