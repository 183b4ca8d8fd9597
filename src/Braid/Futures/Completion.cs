namespace Braid.Futures;

/// <summary>What waits for one future: blocked threads, awaits, and callbacks. Made by the first that comes before the future is done.</summary>
/// <remarks>
/// Who makes it publishes it with a full fence and then looks at the state; who ends the future writes the state with a full fence and then
/// looks for it. So at least one of them sees the other, and nobody waits for a future that is done.
/// </remarks>
internal sealed class Completion(Future future)
{
    private List<Action<Future>>? _callbacks;   // guarded by the waiters' gate, until they are run

    public WaitQueue Waiters { get; } = new(new Gate(), future);

    /// <returns>False when the future is done: the caller runs the callback itself.</returns>
    public bool TryAdd(Action<Future> callback)
    {
        using Gate.Scope held = Waiters.Gate.Enter();
        if (future.Done)
        {
            return false;
        }

        (_callbacks ??= []).Add(callback);
        return true;
    }

    public void Remove(Action<Future> callback)
    {
        using Gate.Scope held = Waiters.Gate.Enter();
        _callbacks?.Remove(callback);
    }

    /// <summary>Lets the waiters go, then runs the callbacks in order. Called once, after the future is done.</summary>
    public void Complete()
    {
        List<Action<Future>>? callbacks;
        using (Waiters.Gate.Enter())
        {
            Waiters.GrantAll();
            callbacks = _callbacks;
            _callbacks = null;
        }

        if (callbacks is not null)
        {
            future.RunCallbacks(callbacks);
        }
    }

    public static void Run(Action<Future> callback, Future future)
    {
        try
        {
            callback(future);
        }
        catch (Exception exception)
        {
            Threading.Thread.ReportUnhandled(exception);
        }
    }
}
