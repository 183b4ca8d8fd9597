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
// The death of a worker takes the same path as an answer: ProcessMonitor notices it, Supervisor first delivers everything the worker has sent,
// and PoolCore.OnDeath decides which call the death cost. PoolCore.Cancel takes back a call that has not begun; otherwise it kills the worker.

/// <summary>Runs calls in child processes: work that can be stopped, limited, and that may crash.</summary>
/// <remarks>
/// <para>
/// A call's delegate travels with what it has captured, and its result or exception travels back. What goes wrong in a process costs the one call
/// it was running: that call's future throws an exception that says what happened, the process is replaced, and the other calls go on.
/// There is no state in which the pool is broken. A running call can be cancelled, and then its process is killed with everything it has started.
/// Processes start when there is work for them; they die with this one, however that ends.
/// </para>
/// <para>
/// A call of the pool that makes a pool of its own has processes of its own. Everything that the caller wrote before is visible to the call as it was when
/// it was submitted. Callbacks of the futures run on threads of Braid. Python counterpart: <c>concurrent.futures.ProcessPoolExecutor</c>.
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
    private readonly ProcessPoolExecutor? _whole;   // of a view: the executor whose finalizer closes the pool, kept from it

    /// <summary>Makes a pool. Processes start with the first calls.</summary>
    /// <param name="maxWorkers">How many processes at most; null, the default, for as many as there are processors.</param>
    /// <param name="initializer">What each process calls before its first call; null for nothing.</param>
    /// <param name="maxTasksPerChild">After how many calls a process is replaced; null, the default: never.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="InvalidOperationException">This process is a daemon, which may have no children.</exception>
    public ProcessPoolExecutor(int? maxWorkers = null, Action? initializer = null, int? maxTasksPerChild = null)
        : this(new ProcessPoolOptions { MaxWorkers = maxWorkers, Initializer = initializer, MaxTasksPerChild = maxTasksPerChild })
    {
    }

    /// <summary>Makes a pool whose processes run an asynchronous function to its end before their first call.</summary>
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

    /// <summary>Makes a pool. Processes start with the first calls.</summary>
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
        _ = ProcessTable.Current;   // refuses where processes cannot share anything
        _pool = new ProcessPool(options, rules, _name);
    }

    private ProcessPoolExecutor(ProcessPoolExecutor whole, TimeSpan? taskTimeout)
    {
        GC.SuppressFinalize(this);
        (_whole, _pool, _name, _maxWorkers, _mustGoSingly, _itemRetries) = (whole._whole ?? whole, whole._pool, whole._name, whole._maxWorkers, whole._mustGoSingly, whole._itemRetries);
        _taskTimeout = taskTimeout;
    }

    /// <summary>Lets the processes end when the pool is forgotten; calls that were submitted still run.</summary>
    ~ProcessPoolExecutor() => _pool?.Close(cancelPending: false);

    /// <summary>What it is doing and has done, at this moment. Reads what the system knows of each process, so it takes some tens of microseconds for each.</summary>
    public PoolFigures Figures => _pool.Figures();

    /// <summary>Done when it is shut down, its last process gone, and the future of every call done.</summary>
    internal Future Closed => _pool.Closed;

    /// <summary>The same pool with another time limit: what is submitted through the returned executor may run so long, instead of <see cref="ProcessPoolOptions.TaskTimeout"/>.</summary>
    /// <remarks>
    /// <code>
    /// pool.WithTaskTimeout(TimeSpan.FromSeconds(2)).Submit(() => Parse(page))
    /// </code>
    /// The limit counts from the moment the call begins in its process, for each item of a map by itself; a call that exceeds it costs its process, as with the option.
    /// The time that a caller waits for a result is another one: <see cref="Future{T}.TryResult"/> and the <c>timeout</c> of a map stop the wait and not the call.
    /// Both executors are one pool: shutting one down shuts down the other.
    /// </remarks>
    /// <param name="limit">How long each call, or item of a map, may run; <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>An executor for the same processes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is zero, or negative and not infinite.</exception>
    public ProcessPoolExecutor WithTaskTimeout(TimeSpan limit) => new(this, ProcessPoolOptions.CheckTaskTimeout(limit, nameof(limit)));

    /// <summary>Submits a call with a result. Blocks only at <see cref="ProcessPoolOptions.MaxPending"/>. The function, and what it has captured, is copied now.</summary>
    /// <exception cref="ArgumentNullException">There is no function.</exception>
    /// <exception cref="InvalidOperationException">The pool is shut down.</exception>
    /// <exception cref="PayloadException">Something the function has captured cannot travel; the message names it. Nothing was submitted.</exception>
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

    /// <summary>Submits a call that reports how far it is. Blocks only at <see cref="ProcessPoolOptions.MaxPending"/>.</summary>
    /// <typeparam name="TProgress">The type of the reports.</typeparam>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="function">What to call, with where to report to.</param>
    /// <param name="progress">Gets the reports here, in order, on a thread of Braid, all of them before the future is done.</param>
    /// <param name="token">Cancels the call, also while it runs.</param>
    /// <inheritdoc cref="Submit{T}(Func{T}, CancellationToken)"/>
    public Future<T> Submit<TProgress, T>(Func<IProgress<TProgress>, T> function, IProgress<TProgress> progress, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(progress);
        return Submit<T>((Delegate)ProgressSender<TProgress>.Call(function), Enter(token), token, new ProgressRelay<TProgress>(_pool, progress), function);
    }

    /// <summary>Takes no more calls. Those submitted still run.</summary>
    /// <param name="wait">Whether to block until all calls have ended, their results are read and their futures done, and all processes are gone; if not, that goes on in the background.</param>
    /// <param name="cancelFutures">Whether to cancel the calls that have not begun.</param>
    /// <exception cref="InvalidOperationException">It waits, and is called by what gets a call's progress reports, which it would wait for; the executor is shut down.</exception>
    public override void Shutdown(bool wait = true, bool cancelFutures = false)
    {
        _pool.Close(cancelFutures);
        if (wait)
        {
            ThrowIfReporting();
            _pool.Closed.Result();
        }
    }

    /// <summary>Takes no more calls, and waits without blocking the thread until all calls have ended, their futures are done, and all processes are gone.</summary>
    /// <param name="cancelFutures">Whether to cancel the calls that have not begun.</param>
    /// <exception cref="InvalidOperationException">It is called by what gets a call's progress reports, which it would wait for; the executor is shut down.</exception>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public override async ValueTask ShutdownAsync(bool cancelFutures = false)
    {
        _pool.Close(cancelFutures);
        ThrowIfReporting();
        await _pool.Closed.ResultAsync().ConfigureAwait(false);
    }

    /// <summary>Takes no more calls and gives those it has some time; then the rest is cancelled and the processes are killed. Returns a quarter of a second after that time at the latest.</summary>
    /// <remarks>A call that was killed throws a <see cref="WorkerCrashedException"/> that says that its pool was told to end it; one that had not begun an <see cref="OperationCanceledException"/>.</remarks>
    /// <param name="deadline">How long the calls may take; <see cref="Timeout.InfiniteTimeSpan"/> forever.</param>
    /// <returns>Whether all calls ended by themselves.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative and not infinite.</exception>
    /// <exception cref="InvalidOperationException">It is called by what gets a call's progress reports, which it would wait for; the executor is shut down.</exception>
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

    /// <summary>Takes no more calls, and gives those it has some time, without blocking the thread; then the rest is cancelled and the processes are killed.</summary>
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

    /// <summary>Takes no more calls, cancels those that have not begun, and asks the processes to end (SIGTERM); running calls fail. Does not block.</summary>
    public void TerminateWorkers() => _pool.CloseByForce(ExitReason.Terminated);

    /// <summary>Takes no more calls, cancels those that have not begun, and kills the processes; running calls fail. Does not block.</summary>
    public void KillWorkers() => _pool.CloseByForce(ExitReason.Killed);

    /// <summary>As <see cref="KillWorkers"/>, after a shutdown has waited for so long; null if none has.</summary>
    internal void KillWorkersAfter(TimeSpan? deadline) => _pool.CloseByForce(ExitReason.Killed, deadline);

    /// <summary>Changes how many processes there may be. Running calls are not disturbed: processes that are too many leave after what they are doing.</summary>
    /// <param name="maxWorkers">How many; 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public void Resize(int maxWorkers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWorkers, 1);
        _pool.Resize(maxWorkers);
    }

    internal override int ItemRetries => _itemRetries;

    internal override ChunkSubmitter NewSubmitter(Delegate function, Action? onEnd = null) => new ProcessChunkSubmitter(this, function, onEnd);

    /// <summary>Submits a chunk of a map.</summary>
    /// <param name="call">What to call for it.</param>
    /// <param name="function">The map's function.</param>
    /// <param name="described">The same, to name it.</param>
    /// <param name="chunk">How far it is.</param>
    /// <param name="token">Cancels it.</param>
    /// <param name="isRest">Whether it goes on where another chunk has stopped, whose place was its own; it waits for no other.</param>
    internal Future<Chunk<TResult>> SubmitChunk<TResult>(Func<Chunk<TResult>> call, SentFunction function, Delegate described, ChunkProgress chunk, bool isRest, CancellationToken token) =>
        Submit(new ChunkPoolCall<TResult>(_pool), call, described, hasPlace: !isRest && Enter(token), token, sent: function, chunk: chunk);

    private protected override PendingLimit? Limit => _pool.Limit;

    internal override Future<T> Submit<T>(Func<T> function, bool hasPlace, CancellationToken token) => Submit<T>((Delegate)TaskRunner.Exactly(function), hasPlace, token);

    /// <summary>Four chunks for each process when the number of items is known, so that none is idle for long at the end. One by one when processes are replaced after some calls.</summary>
    internal override int ChunksizeFor<T>(IEnumerable<T> source) =>
        _mustGoSingly || !source.TryGetNonEnumeratedCount(out int count) ? 1 : Math.Max(1, (count + (ChunksPerWorker * _maxWorkers) - 1) / (ChunksPerWorker * _maxWorkers));

    /// <summary>Its name, and how many processes it may have.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_name}, at most {_maxWorkers} processes");

    private PoolCall<T> Submit<T>(Delegate function, bool hasPlace, CancellationToken token, ProgressRelay? relay = null, Delegate? described = null) =>
        Submit(new PoolCall<T>(_pool), function, described ?? function, hasPlace, token, relay);

    private PoolCall<T> Submit<T>(PoolCall<T> call, Delegate function, Delegate described, bool hasPlace, CancellationToken token, ProgressRelay? relay = null, SentFunction? sent = null, ChunkProgress? chunk = null)
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

            call.Task = new PoolTask(_pool.NextId(), sent is null ? Requests.Write(function) : Requests.WriteChunk(function, sent), call, described) { Relay = relay, Chunk = chunk, TimeLimit = _taskTimeout, Limit = limit };
            _pool.Submit(call.Task, $"{_name} is shut down and takes no more calls.");
            GC.KeepAlive(this);   // else the finalizer may have closed the pool before the call is in
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
            throw new InvalidOperationException($"{_name} is shut down, but what gets a call's progress reports cannot wait for the end of the pool: the call ends after its reports, so it would wait for itself. Wait elsewhere.");
        }
    }
}
