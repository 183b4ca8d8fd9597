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
internal sealed class Call<T>(Func<T> function, WorkerPool pool) : Future<T>, ICall
{
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private Func<T>? _function = function;                    // null once it is not needed, so that nothing it refers to is kept alive
    private CancellationTokenRegistration _registration;      // written before the call is queued
    private T? _value;                                        // from the function to the future, within Run

    private protected override IReadOnlyList<int>? PendingHolders => pool.WorkersIfAllAreBusy();

    public void CancelWith(CancellationToken token)
    {
        if (token.CanBeCanceled)
        {
            _registration = token.UnsafeRegister(static call => ((Call<T>)call!).Cancel(), this);
        }
    }

    public bool? Run()
    {
        _registration.Dispose();
        if (!SetRunningOrNotifyCancel())
        {
            _function = null;
            pool.OnEnding();
            return null;
        }

        try
        {
            if (_context is null)
            {
                Invoke();
            }
            else
            {
                ExecutionContext.Run(_context, static call => ((Call<T>)call!).Invoke(), this);
            }
        }
        catch (Exception exception)
        {
            pool.OnEnding();
            SetException(exception);
            return false;
        }

        T value = _value!;
        _value = default;
        pool.OnEnding();
        SetResult(value);
        return true;
    }

    public void Fail(Exception exception)
    {
        _function = null;
        _registration.Dispose();
        pool.OnEnding();
        if (SetRunningOrNotifyCancel())
        {
            SetException(exception);
        }
    }

    /// <summary>Runs callbacks. In a worker, it counts as busy meanwhile: a callback may wait for other calls of the pool.</summary>
    internal override void RunCallbacks(Action<Future>[] callbacks)
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
        Func<T> function = _function!;
        _function = null;
        _value = function();
    }
}
