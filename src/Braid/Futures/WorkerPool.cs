namespace Braid.Futures;

/// <summary>
/// The workers of a thread pool executor and the calls they share. It does not refer to the executor, which may be collected while they
/// run.
/// </summary>
/// <remarks>
/// A worker is started when more calls are outstanding (pending or running) than there are workers, so an idle worker is always used first,
/// and calls that wait for each other get the maximum number of workers. A call counts as ended just before its outcome is published: a
/// caller that sees the outcome and submits the next call finds the worker free.
/// </remarks>
/// <param name="prefix">The prefix of the workers' names.</param>
/// <param name="maxWorkers">The maximum number of workers.</param>
/// <param name="initializer">What each calls first; null for nothing.</param>
/// <param name="newestFirst">Whether the call that was submitted last begins first.</param>
internal sealed class WorkerPool(string prefix, int maxWorkers, Action? initializer, bool newestFirst = false) : IMeasured
{
    [ThreadStatic]
    private static WorkerPool? t_mine;

    [ThreadStatic]
    private static Worker? t_worker;

    private readonly Gate _gate = new();
    private readonly List<Worker> _workers = [];                // guarded by _gate
    private readonly CallQueue _calls = new(newestFirst, prefix);
    private int _workerCount;                                   // written under _gate, read anywhere
    // the managed ids of all workers, once there are as many as allowed; any thread may write it, all write the same
    private int[]? _fullCrew;
    private PaddedCount _begun;                                 // by Interlocked, mostly by submitters
    // by Interlocked, mostly by the workers; on another cache line than _begun, so that the two sides do not compete for one
    private PaddedCount _ended;
    private volatile Exception? _failure;                       // the initializer's; written once

    // Orders: a submitter increments _begun.Value, a full fence, then compares the outstanding calls with _workerCount. Others may begin
    // and end calls between its reads, so it may find too few; but the last one to increment reads all of _begun, so at least that one
    // finds too few workers and starts one, which StartWorker decides under the gate. The figures _done and _failed of a worker are its own
    // thread's, and order nothing.

    public string MeasuredName => prefix;

    public int MaxWorkers => maxWorkers;

    /// <summary>Runs a callback in the given context, and restores the thread's state. In a worker.</summary>
    public static void RunIn(ExecutionContext? context, object state, ContextCallback call)
    {
        Worker worker = t_worker!;
        try
        {
            if (context is null || worker.IsOwnContext(context))
            {
                call(state);
            }
            else
            {
                ExecutionContext.Run(context, call, state);
            }
        }
        finally
        {
            worker.TidyUp();
        }
    }

    /// <summary>Restores the thread's state after user code. In a worker.</summary>
    public static void TidyUp() => t_worker!.TidyUp();

    /// <summary>Whether the calling thread is one of the workers.</summary>
    public bool IsWorker => t_mine == this;

    public int Pending => _calls.Count;

    public int Running => (int)Math.Max(0, Outstanding - Pending);

    public int WorkerCount => Volatile.Read(ref _workerCount);

    /// <summary>The number of calls that have not ended.</summary>
    private long Outstanding => Volatile.Read(ref _begun.Value) - Volatile.Read(ref _ended.Value);

    public void Submit(ICall call)
    {
        ThrowIfBroken();
        if (ProgramExit.HasBegun)
        {
            throw new InvalidOperationException("Cannot submit a call: the program is ending.");
        }

        OnBeginning();
        if (call.Cancelled && !_calls.IsClosed)
        {
            call.Run();     // only marks it as seen
            return;
        }

        if (!_calls.TryAdd(call))
        {
            OnEnding();
            throw new InvalidOperationException("Cannot submit a call: the executor is shut down.");
        }

        if (_failure is not null)
        {
            FailPending();
        }
    }

    /// <summary>Removes a cancelled call from the queue.</summary>
    /// <returns>False if a worker, or another thread that removes calls, has it; that thread ends it.</returns>
    public bool TryTakeBack(ICall call) => _calls.TryRemove(call);

    /// <summary>One more call is to be run: starts a worker if all are busy.</summary>
    public void OnBeginning()
    {
        Interlocked.Increment(ref _begun.Value);
        if (WorkerCount < maxWorkers && Outstanding > WorkerCount)
        {
            StartWorker();
        }
    }

    /// <summary>A call is about to have its outcome, so its worker is about to be free.</summary>
    public void OnEnding() => Interlocked.Increment(ref _ended.Value);

    public void Close(bool cancelPending)
    {
        _calls.Close();
        while (cancelPending && _calls.TryTake(out ICall? call))
        {
            call.Cancel();
            call.Run();     // only marks it as seen
        }
    }

    public IReadOnlyList<Threading.Thread> Threads()
    {
        using Gate.Scope held = _gate.Enter();
        return [.. _workers];
    }

    /// <summary>The workers, any of which may take a pending call; null if another worker could still be started.</summary>
    /// <remarks>
    /// The list of a full pool is made once: the wait graph queries it for each of its calls. A worker that has ended stays in it, and no
    /// wait of its thread is ever found.
    /// </remarks>
    public IReadOnlyList<int>? WorkersIfAllAreBusy() =>
        WorkerCount < maxWorkers ? null : _fullCrew ??= [.. Threads().Select(static worker => worker.Ident ?? 0)];

    public long? Measure(string instrument) => instrument switch
    {
        "braid.executor.tasks.pending" => Pending,
        "braid.executor.tasks.running" => Running,
        "braid.executor.tasks.done" => Sum(static worker => worker.Done),
        "braid.executor.tasks.failed" => Sum(static worker => worker.Failed),
        "braid.executor.workers" => Threads().Count(static worker => worker.IsAlive),
        _ => null,
    };

    private long Sum(Func<Worker, long> figure)
    {
        using Gate.Scope held = _gate.Enter();
        return _workers.Sum(figure);
    }

    /// <remarks>
    /// Under the gate, so that a thread that sees the worker can join it: a shutdown concurrent with a submission must wait for a worker
    /// that is being started, since that worker may have to run calls that were accepted before. A worker does not need the gate to begin.
    /// </remarks>
    private void StartWorker()
    {
        using Gate.Scope held = _gate.Enter();
        if (_workerCount >= maxWorkers || Outstanding <= _workerCount)
        {
            return;
        }

        var worker = new Worker(this, $"{prefix}_{_workerCount}");
        AsyncFlowControl? suppressed = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        try
        {
            worker.Start();   // without the context of the thread that happens to submit first
            _workers.Add(worker);
            Volatile.Write(ref _workerCount, _workerCount + 1);
        }
        catch when (_workerCount > 0)
        {
            // The other workers run the call, only later.
        }
        catch
        {
            OnEnding();
            throw;            // no worker would run the call
        }
        finally
        {
            suppressed?.Undo();
        }
    }

    private bool TryInitialize()
    {
        Exception failure;
        try
        {
            initializer?.Invoke();
            return true;
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        BraidEventSource.Log.InitializerFailed(prefix, failure.ToString());
        Threading.Thread.ReportUnhandled(failure);
        _failure = failure;
        FailPending();
        return false;
    }

    private void FailPending()
    {
        while (_calls.TryTake(out ICall? call))
        {
            call.Fail(Broken());
        }
    }

    private void ThrowIfBroken()
    {
        if (_failure is not null)
        {
            throw Broken();
        }
    }

    private BrokenThreadPoolException Broken() =>
        new(
            $"The initializer of a worker of {prefix} failed: {_failure!.Message} The executor cannot run anything; make another one.",
            _failure);

    /// <summary>A number that has a cache line to itself.</summary>
    [System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit, Size = 128)]
    private struct PaddedCount
    {
        [System.Runtime.InteropServices.FieldOffset(64)]
        public long Value;
    }

    /// <summary>One worker thread. It is in the background: at the end of the program <see cref="ProgramExit"/> waits for it.</summary>
    private sealed class Worker(WorkerPool pool, string name) : Threading.Thread(name: name, daemon: true)
    {
        private long _done;       // written by this thread only
        private long _failed;     // written by this thread only
        // this thread only: the state that the initializer has left, but without its async-locals; null until then
        private AmbientState? _ambient;
        private string? _name;                 // likewise

        public long Done => Volatile.Read(ref _done);

        public long Failed => Volatile.Read(ref _failed);

        public bool IsOwnContext(ExecutionContext context) => _ambient!.IsContext(context);

        /// <summary>Restores the thread's state from before a call or its callbacks.</summary>
        public void TidyUp()
        {
            _ambient!.Restore();
            if (!ReferenceEquals(Name, _name))
            {
                Name = _name!;
            }
        }

        protected override void Run()
        {
            t_mine = pool;
            ExecutionContext? empty = ExecutionContext.Capture();
            BraidEventSource.Log.WorkerStarted(Name);
            if (pool.TryInitialize())
            {
                // a call runs in its submitter's context, in which nothing of the initializer's must be visible
                ExecutionContext.Restore(empty!);
                _ambient = AmbientState.OfCaller();
                _name = Name;
                t_worker = this;
                while (RunNext())
                {
                }
            }

            BraidEventSource.Log.WorkerStopped(Name);
        }

        /// <summary>A separate method, so that no local keeps the last call alive while the worker waits for the next.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private bool RunNext()
        {
            ICall? call;
            try
            {
                call = pool._calls.TakeUnlessClosed();
            }
            catch (ThreadInterruptedException)
            {
                return true;   // meant for a call that has ended meanwhile
            }

            switch (call?.Run())
            {
                case true:
                    Volatile.Write(ref _done, _done + 1);
                    break;
                case false:
                    Volatile.Write(ref _failed, _failed + 1);
                    break;
            }

            return call is not null;
        }
    }
}
