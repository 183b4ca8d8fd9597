namespace Braid.Futures;

/// <summary>A call that a worker thread can run.</summary>
internal interface ICall
{
    /// <summary>Neighbours in the queue of calls. Guarded by its gate.</summary>
    ICall? Next { get; set; }

    /// <inheritdoc cref="Next"/>
    ICall? Previous { get; set; }

    bool Cancelled { get; }

    /// <summary>Runs it, unless it was cancelled. Once.</summary>
    /// <returns>True if it ended with a result, false if with an exception, null if it was not run.</returns>
    bool? Run();

    /// <summary>Ends it without running it.</summary>
    void Fail(Exception exception);

    bool Cancel();
}

/// <summary>A submitted call: the function and its future in one.</summary>
/// <param name="function">A <see cref="Func{T}"/>, or an <see cref="Action"/> whose result is the type's default.</param>
/// <param name="pool">The pool in which it runs.</param>
internal sealed class Call<T>(Delegate function, WorkerPool pool) : Future<T>, ICall
{
    private ExecutionContext? _context = ExecutionContext.Capture();   // like _function
    private Delegate? _function = function;      // null once it is not needed, so that nothing it refers to is kept alive

    private PendingLimit? _limit;                // by exchange: the limit in which it occupies a place, until it begins or is cancelled

    /// <summary>The limit of pending calls in which it occupies a place; null if it occupies none.</summary>
    public PendingLimit? Limit
    {
        init => _limit = value;
    }

    ICall? ICall.Next { get; set; }

    ICall? ICall.Previous { get; set; }

    private protected override IReadOnlyList<int>? PendingHolders => pool.WorkersIfAllAreBusy();

    public bool? Run()
    {
        if (!TryBegin())
        {
            Release();
            pool.OnEnding();
            return null;
        }

        PendingLimit.Leave(ref _limit);
        RunsHere();
        Exception? failure = null;
        try
        {
            WorkerPool.RunIn(_context, this, static call => ((Call<T>)call!).Invoke());
        }
        catch (Exception exception)
        {
            // published below, where the stack that a deep recursion has used up is free again: callbacks may need it
            failure = exception;
        }

        pool.OnEnding();
        if (failure is not null)
        {
            TrySetException(failure);
            return false;
        }

        TryFinish();
        return true;
    }

    public void Fail(Exception exception)
    {
        Release();
        pool.OnEnding();
        if (TryBegin())
        {
            TrySetException(exception);
        }
    }

    private protected override void OnDone() => PendingLimit.Leave(ref _limit);

    /// <summary>Leaves the queue at once, so that a cancelled call neither counts as pending nor keeps anything alive.</summary>
    private protected override void OnCancelled()
    {
        if (pool.TryTakeBack(this))
        {
            Run();     // only marks it as seen by the executor
        }
    }

    /// <summary>Runs callbacks. A worker counts as busy meanwhile: a callback may wait for other calls of the pool.</summary>
    private protected override void RunCallbacks(List<Action<Future>> callbacks)
    {
        bool isInWorker = pool.IsWorker;
        if (isInWorker)
        {
            pool.OnBeginning();
        }

        base.RunCallbacks(callbacks);
        if (isInWorker)
        {
            WorkerPool.TidyUp();
            pool.OnEnding();
        }
    }

    private void Invoke()
    {
        Delegate function = _function!;
        Release();
        if (function is Func<T> withResult)
        {
            PrepareResult(withResult());
        }
        else
        {
            ((Action)function)();
        }
    }

    private void Release()
    {
        _function = null;
        _context = null;
    }
}
