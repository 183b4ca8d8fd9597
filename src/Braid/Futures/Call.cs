namespace Braid.Futures;

/// <summary>Something a worker thread can run.</summary>
internal interface ICall
{
    /// <summary>Runs it, unless it was cancelled.</summary>
    /// <returns>True when it ended with a result, false with an exception, null when it was not run.</returns>
    bool? Run();

    /// <summary>Ends it without running it.</summary>
    void Fail(Exception exception);

    bool Cancel();
}

/// <summary>A submitted call: the function and its future in one.</summary>
/// <param name="function">A <see cref="Func{T}"/>, or an <see cref="Action"/> whose result is the type's default.</param>
/// <param name="pool">Where it runs.</param>
internal sealed class Call<T>(Delegate function, WorkerPool pool) : Future<T>, ICall
{
    private ExecutionContext? _context = ExecutionContext.Capture();   // like _function
    private Delegate? _function = function;      // null once it is not needed, so that nothing it refers to is kept alive

    private protected override IReadOnlyList<int>? PendingHolders => pool.WorkersIfAllAreBusy();

    public bool? Run()
    {
        if (!SetRunningOrNotifyCancel())
        {
            LetGo();
            pool.OnEnding();
            return null;
        }

        RunsHere();
        Exception? failure = null;
        try
        {
            WorkerPool.RunIn(_context, this, static call => ((Call<T>)call!).Invoke());
        }
        catch (Exception exception)
        {
            failure = exception;   // told below, where the stack that a deep recursion has used up is free again: callbacks may need it
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
        LetGo();
        pool.OnEnding();
        if (SetRunningOrNotifyCancel())
        {
            TrySetException(exception);
        }
    }

    /// <summary>Runs callbacks. In a worker, it counts as busy meanwhile: a callback may wait for other calls of the pool.</summary>
    internal override void RunCallbacks(List<Action<Future>> callbacks)
    {
        bool isInWorker = pool.IsWorker;
        if (isInWorker)
        {
            pool.OnBeginning();
        }

        base.RunCallbacks(callbacks);
        if (isInWorker)
        {
            pool.OnEnding();
        }
    }

    private void Invoke()
    {
        Delegate function = _function!;
        LetGo();
        if (function is Func<T> withResult)
        {
            PrepareResult(withResult());
        }
        else
        {
            ((Action)function)();
        }
    }

    private void LetGo()
    {
        _function = null;
        _context = null;
    }
}
