using System.Globalization;
using System.Runtime.InteropServices;
using Braid.Multiprocessing;

namespace Braid.Futures;

// A call, from its submission to its result. A test compares this picture with the one in docs/design.md, and with the code.
//
//   parent                                                       worker
//   ------                                                       ------
//   ProcessPoolExecutor.Submit      Pool/ProcessPoolExecutor.cs
//     Requests.Write                Parent/Requests.cs           the delegate and the variables it captures
//       Payload.Write               Serialization/Payload.cs       become bytes, on the caller's thread
//     ProcessPool.Submit            Pool/ProcessPool.cs          from here under the pool's gate
//       PoolCore.Submit             Pool/PoolCore.cs
//       PoolCore.Dispatch           Pool/PoolCore.Dispatch.cs    chooses a worker with room, or starts one
//         Worker.TrySend            Parent/Worker.cs
//           Channel.Requests        Frames/Channel.cs     -----> WorkerMain.NextRequest    Child/WorkerMain.cs
//           SharedBell.Ring         Waiting/SharedBell.cs          Payload.Read            Serialization/Payload.cs
//                                                                  TaskRunner.Run          Child/TaskRunner.cs
//                                                                    the program's function
//                                                                  ResponseSender.Answer   Child/ResponseSender.cs
//   Supervisor.Run, or the caller   Threads/Supervisor.cs <-----     Channel.Responses     Frames/Channel.cs
//     that waits for the call                                        SharedBell.Ring       Waiting/SharedBell.cs
//     Worker.DrainResponses         Parent/Worker.cs
//     PoolCore.OnAnswer             Pool/PoolCore.Events.cs      under the gate: the worker's next task
//     RemoteCall.TakeResult         Parent/RemoteCall.cs         here, or on another thread if user code reads it
//       Payload.Read                Serialization/Payload.cs
//       Completion.Complete         Futures/Completion.cs        waiters, callbacks, awaits
//   Future.Result                   Futures/Future.Result.cs
//
// The death of a worker takes the same path as an answer: ProcessMonitor notices it, Supervisor first delivers everything the worker has
// sent, and PoolCore.OnDeath decides which call the death cost. PoolCore.Cancel takes back a call that has not begun; otherwise it kills
// the worker.

/// <summary>Runs calls in child processes, which can be stopped and limited, and may crash.</summary>
/// <remarks>
/// <para>
/// A call's delegate travels with the variables it captures, and its result or exception travels back. The failure of a process costs only
/// the call that it was running: that call's future throws an exception that describes the failure, the process is replaced, and the other
/// calls go on. There is no state in which the pool is broken. Cancelling a running call kills its process, together with everything it has
/// started. Processes start when there is work for them; they die with this process, however it ends.
/// </para>
/// <para>
/// A call of the pool that creates a pool of its own has its own processes. Everything that the caller wrote before is visible to the call
/// as it was when the call was submitted. Callbacks of the futures run on threads of Braid. Python counterpart:
/// <c>concurrent.futures.ProcessPoolExecutor</c>.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ProcessPoolExecutor : Executor
{
    private const int ChunksPerWorker = 4;

    private static readonly TimeSpan s_deathTime = TimeSpan.FromMilliseconds(250);   // how long killed processes are waited for

    private static int s_made = -1;   // by Interlocked: numbers the pools

    private readonly ProcessPool _pool;
    private readonly string _name;
    private readonly int _maxWorkers;
    private readonly bool _mustGoSingly;
    private readonly int _itemRetries;
    private readonly TimeSpan? _taskTimeout;
    private readonly ProcessPoolExecutor? _whole;   // of a view: the executor whose finalizer closes the pool, kept alive by this reference

    /// <summary>Creates a pool. Processes start with the first calls.</summary>
    /// <param name="maxWorkers">The maximum number of processes; null, the default, for as many as there are processors.</param>
    /// <param name="initializer">What each process calls before its first call; null for nothing.</param>
    /// <param name="maxTasksPerChild">After how many calls a process is replaced; null, the default, for never.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="InvalidOperationException">This process is a daemon, which may have no children.</exception>
    public ProcessPoolExecutor(int? maxWorkers = null, Action? initializer = null, int? maxTasksPerChild = null)
        : this(new ProcessPoolOptions { MaxWorkers = maxWorkers, Initializer = initializer, MaxTasksPerChild = maxTasksPerChild })
    {
    }

    /// <summary>Creates a pool whose processes run an asynchronous function to its end before their first call.</summary>
    /// <inheritdoc cref="ProcessPoolExecutor(int?, Action?, int?)"/>
    [OverloadResolutionPriority(Threading.Awaiting.ReturnsTask)]
    public ProcessPoolExecutor([Optional] int? maxWorkers, Func<Task>? initializer, int? maxTasksPerChild = null)
        : this(maxWorkers, Threading.Awaiting.Of(initializer), maxTasksPerChild)
    {
    }

    /// <inheritdoc cref="ProcessPoolExecutor(int?, Func{Task}?, int?)"/>
    [OverloadResolutionPriority(Threading.Awaiting.ReturnsValueTask)]
    public ProcessPoolExecutor([Optional] int? maxWorkers, Func<ValueTask>? initializer, int? maxTasksPerChild = null)
        : this(maxWorkers, Threading.Awaiting.Of(initializer), maxTasksPerChild)
    {
    }

    /// <summary>Creates a pool. Processes start with the first calls.</summary>
    /// <param name="options">How it runs its calls.</param>
    /// <exception cref="ArgumentNullException">There are no options.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number or a time is out of its range.</exception>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="InvalidOperationException">This process is a daemon, which may have no children.</exception>
    public ProcessPoolExecutor(ProcessPoolOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        PoolRules rules = options.ToRules();
        // The counter only numbers.
        _name = options.Name ?? string.Create(CultureInfo.InvariantCulture, $"ProcessPoolExecutor-{Interlocked.Increment(ref s_made)}");
        _taskTimeout = ProcessPoolOptions.CheckTaskTimeout(options.TaskTimeout, nameof(options));
        _maxWorkers = rules.MaxWorkers;
        _mustGoSingly = rules.MaxTasksPerChild is not null;
        _itemRetries = rules.ExceptionRetries;
        _ = ProcessTable.Current;   // throws if processes cannot share memory on this system
        _pool = new ProcessPool(options, rules, _name);
    }

    private ProcessPoolExecutor(ProcessPoolExecutor whole, TimeSpan? taskTimeout)
    {
        GC.SuppressFinalize(this);
        (_whole, _pool, _name, _maxWorkers, _mustGoSingly, _itemRetries) =
            (whole._whole ?? whole, whole._pool, whole._name, whole._maxWorkers, whole._mustGoSingly, whole._itemRetries);
        _taskTimeout = taskTimeout;
    }

    /// <summary>Lets the processes end when the pool is no longer referenced; calls that were submitted still run.</summary>
    ~ProcessPoolExecutor() => _pool?.Close(cancelPending: false);

    /// <summary>
    /// Its state and history at this moment. Reads the system's data on each process, which takes some tens of microseconds for each.
    /// </summary>
    public PoolFigures Figures => _pool.Figures();

    /// <summary>Done once it is shut down, its last process is gone, and the futures of all calls are done.</summary>
    internal Future Closed => _pool.Closed;

    /// <summary>
    /// The same pool with another time limit: calls submitted through the returned executor have this limit instead of
    /// <see cref="ProcessPoolOptions.TaskTimeout"/>.
    /// </summary>
    /// <remarks>
    /// <code>
    /// pool.WithTaskTimeout(TimeSpan.FromSeconds(2)).Submit(() => Parse(page))
    /// </code>
    /// The limit counts from the moment at which the call begins in its process, for each item of a map separately; a call that exceeds it
    /// costs its process, as with the option. How long a caller waits for a result is a separate matter: <see cref="Future{T}.TryResult"/>
    /// and the <c>timeout</c> of a map stop the wait and not the call. Both executors are one pool: shutting one down shuts down the other.
    /// </remarks>
    /// <param name="limit">How long each call, or item of a map, may run; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>An executor for the same processes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is zero, or negative and not infinite.</exception>
    public ProcessPoolExecutor WithTaskTimeout(TimeSpan limit) => new(this, ProcessPoolOptions.CheckTaskTimeout(limit, nameof(limit)));

    /// <summary>
    /// Submits a call with a result. Blocks only at <see cref="ProcessPoolOptions.MaxPending"/>. The function is copied now, with the
    /// variables it captures.
    /// </summary>
    /// <exception cref="ArgumentNullException">There is no function.</exception>
    /// <exception cref="InvalidOperationException">The pool is shut down.</exception>
    /// <exception cref="PayloadException">
    /// A variable that the function captures cannot travel; the message names it. Nothing was submitted.
    /// </exception>
    /// <exception cref="WorkerStartException">This program cannot start workers.</exception>
    /// <inheritdoc cref="Executor.Submit{T}(Func{T}, CancellationToken)"/>
    public override Future<T> Submit<T>(Func<T> function, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Submit(function, Enter(token), token);
    }

    /// <inheritdoc cref="Submit{T}(Func{T}, CancellationToken)"/>
    public override Future Submit(Action function, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        Threading.AsyncVoid.Refuse(function, "Pass a function that returns a task.");
        return Submit<ValueTuple>((Delegate)function, Enter(token), token);
    }

    /// <summary>Submits a call that reports its progress. Blocks only at <see cref="ProcessPoolOptions.MaxPending"/>.</summary>
    /// <typeparam name="TProgress">The type of the reports.</typeparam>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="function">What to call, with the object to which it reports.</param>
    /// <param name="progress">
    /// Gets the reports in this process, in order, on a thread of Braid, all of them before the future is done.
    /// </param>
    /// <param name="token">Cancels the call, even while it runs.</param>
    /// <inheritdoc cref="Submit{T}(Func{T}, CancellationToken)"/>
    public Future<T> Submit<TProgress, T>(
        Func<IProgress<TProgress>, T> function, IProgress<TProgress> progress, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(progress);
        return Submit<T>(
            (Delegate)ProgressSender<TProgress>.Call(function),
            Enter(token),
            token,
            new ProgressRelay<TProgress>(_pool, progress),
            function);
    }

    /// <summary>Accepts no more calls. Those submitted still run.</summary>
    /// <param name="wait">
    /// Whether to block until all calls have ended, their results are read, their futures are done, and all processes are gone; otherwise
    /// this happens in the background.
    /// </param>
    /// <param name="cancelFutures">Whether to cancel the calls that have not begun.</param>
    /// <exception cref="InvalidOperationException">
    /// It waits, and the caller is the handler of a call's progress reports, for which it would wait; the executor is shut down.
    /// </exception>
    public override void Shutdown(bool wait = true, bool cancelFutures = false)
    {
        _pool.Close(cancelFutures);
        if (wait)
        {
            ThrowIfReporting();
            _pool.Closed.Result();
        }
    }

    /// <summary>
    /// Accepts no more calls, and waits without blocking the thread until all calls have ended, their futures are done, and all processes
    /// are gone.
    /// </summary>
    /// <param name="cancelFutures">Whether to cancel the calls that have not begun.</param>
    /// <exception cref="InvalidOperationException">
    /// The caller is the handler of a call's progress reports, for which it would wait; the executor is shut down.
    /// </exception>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public override async ValueTask ShutdownAsync(bool cancelFutures = false)
    {
        _pool.Close(cancelFutures);
        ThrowIfReporting();
        await _pool.Closed.ResultAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Accepts no more calls and gives those it has some time; then cancels the rest and kills the processes. Returns at most a quarter of
    /// a second after that time.
    /// </summary>
    /// <remarks>
    /// A call that was killed throws a <see cref="WorkerCrashedException"/> that says that its pool was told to end it; a call that had not
    /// begun throws an <see cref="OperationCanceledException"/>.
    /// </remarks>
    /// <param name="deadline">How long the calls may take; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>Whether all calls ended by themselves.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative and not infinite.</exception>
    /// <exception cref="InvalidOperationException">
    /// The caller is the handler of a call's progress reports, for which it would wait; the executor is shut down.
    /// </exception>
    public bool Shutdown(TimeSpan deadline)
    {
        Deadline.Check(deadline);
        _pool.Close(cancelPending: false);
        ThrowIfReporting();
        if (_pool.Closed.TryResult(out _, deadline))
        {
            return true;
        }

        KillWorkersAfter(deadline);
        _pool.Closed.TryResult(out _, s_deathTime);
        return false;
    }

    /// <summary>
    /// Accepts no more calls, and gives those it has some time, without blocking the thread; then cancels the rest and kills the processes.
    /// </summary>
    /// <inheritdoc cref="Shutdown(TimeSpan)"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<bool> ShutdownAsync(TimeSpan deadline)
    {
        Deadline.Check(deadline);
        _pool.Close(cancelPending: false);
        ThrowIfReporting();
        if (await _pool.Closed.WaitUntilDoneAsync(deadline, CancellationToken.None))
        {
            return true;
        }

        KillWorkersAfter(deadline);
        await _pool.Closed.WaitUntilDoneAsync(s_deathTime, CancellationToken.None).ConfigureAwait(false);
        return false;
    }

    /// <summary>
    /// Accepts no more calls, cancels those that have not begun, and asks the processes to end (SIGTERM); running calls fail. Does not
    /// block.
    /// </summary>
    public void TerminateWorkers() => _pool.CloseByForce(ExitReason.Terminated);

    /// <summary>
    /// Accepts no more calls, cancels those that have not begun, and kills the processes; running calls fail. Does not block.
    /// </summary>
    public void KillWorkers() => _pool.CloseByForce(ExitReason.Killed);

    /// <summary>Like <see cref="KillWorkers"/>, after a shutdown has waited for that long; null if none has.</summary>
    internal void KillWorkersAfter(TimeSpan? deadline) => _pool.CloseByForce(ExitReason.Killed, deadline);

    /// <summary>
    /// Changes the maximum number of processes. Running calls are not disturbed: surplus processes leave once they have finished their
    /// calls.
    /// </summary>
    /// <param name="maxWorkers">The maximum number; 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public void Resize(int maxWorkers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWorkers, 1);
        _pool.Resize(maxWorkers);
    }

    internal override int ItemRetries => _itemRetries;

    /// <summary>Whether its processes can open shared memory of this one.</summary>
    internal bool AllowsShared => _pool.AllowsShared;

    internal override ChunkSubmitter NewSubmitter(Delegate function, Action? onEnd = null) =>
        new ProcessChunkSubmitter(this, function, onEnd);

    /// <summary>Submits a chunk of a map.</summary>
    /// <param name="call">What to call for it.</param>
    /// <param name="function">The map's function.</param>
    /// <param name="described">The same, to name it.</param>
    /// <param name="chunk">Its progress.</param>
    /// <param name="token">Cancels it.</param>
    /// <param name="isRest">
    /// Whether it continues where another chunk has stopped, in whose place among the pending it runs; it waits for no place.
    /// </param>
    internal Future<Chunk<TResult>> SubmitChunk<TResult>(
        Func<Chunk<TResult>> call, SentFunction function, Delegate described, ChunkProgress chunk, bool isRest, CancellationToken token) =>
        Submit(new ChunkPoolCall<TResult>(_pool), call, described, hasPlace: !isRest && Enter(token), token, sent: function, chunk: chunk);

    private protected override PendingLimit? Limit => _pool.Limit;

    internal override Future<T> Submit<T>(Func<T> function, bool hasPlace, CancellationToken token) =>
        Submit<T>((Delegate)TaskRunner.Exactly(function), hasPlace, token);

    /// <summary>
    /// Four chunks for each process if the number of items is known, so that none is idle for long at the end. Otherwise, and if processes
    /// are replaced after some calls, one by one.
    /// </summary>
    internal override int ChunksizeFor<T>(IEnumerable<T> source) =>
        _mustGoSingly || !source.TryGetNonEnumeratedCount(out int count)
            ? 1
            : Math.Max(1, (count + (ChunksPerWorker * _maxWorkers) - 1) / (ChunksPerWorker * _maxWorkers));

    /// <summary>Its name, and its maximum number of processes.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_name}, at most {_maxWorkers} processes");

    private PoolCall<T> Submit<T>(
        Delegate function, bool hasPlace, CancellationToken token, ProgressRelay? relay = null, Delegate? described = null) =>
        Submit(new PoolCall<T>(_pool), function, described ?? function, hasPlace, token, relay);

    private PoolCall<T> Submit<T>(
        PoolCall<T> call,
        Delegate function,
        Delegate described,
        bool hasPlace,
        CancellationToken token,
        ProgressRelay? relay = null,
        SentFunction? sent = null,
        ChunkProgress? chunk = null)
    {
        PendingLimit? limit = hasPlace ? Limit : null;
        try
        {
            WorkerProgram.CheckThatWorkersCanStart();
            if (token.IsCancellationRequested)
            {
                limit?.Leave();
                return Cancelled(call);
            }

            call.Task = new PoolTask(
                _pool.NextId(),
                sent is null ? Requests.Write(function, AllowsShared) : Requests.WriteChunk(function, sent),
                call,
                described)
            {
                Relay = relay,
                Chunk = chunk,
                TimeLimit = _taskTimeout,
                Limit = limit,
            };
            _pool.Submit(call.Task, $"{_name} is shut down and takes no more calls.");
            GC.KeepAlive(this);   // otherwise the finalizer might close the pool before the call is accepted
        }
        catch
        {
            limit?.Leave();
            throw;
        }

        call.CancelWith(token);
        return call;
    }

    private static PoolCall<T> Cancelled<T>(PoolCall<T> call)
    {
        call.Task = new PoolTask(0, request: null, call, function: null);
        call.Task.End();
        call.Cancel();
        return call;
    }

    private void ThrowIfReporting()
    {
        if (ProgressRelay.IsRunningHere(_pool))
        {
            throw new InvalidOperationException(
                $"{_name} is shut down, but what gets a call's progress reports cannot wait for the end of the pool: the call ends after " +
                "its reports, so it would wait for itself. Wait elsewhere.");
        }
    }
}
