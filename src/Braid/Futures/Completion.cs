namespace Braid.Futures;

/// <summary>
/// The waiters of one future: blocked threads, awaits, listeners and callbacks. Created by the first that arrives before the future is
/// done.
/// </summary>
/// <remarks>
/// The thread that creates it publishes it with a full fence and then reads the state; the thread that ends the future writes the state
/// with a full fence and then reads it. So at least one of them sees the other, and no thread waits for a future that is done.
/// </remarks>
internal sealed class Completion(Future future)
{
    private FutureListener? _firstListener;     // guarded by the waiters' gate, as are the links
    private FutureListener? _lastListener;      // guarded by the waiters' gate
    private List<Action<Future>>? _callbacks;   // guarded by the waiters' gate, until they are run

    public WaitQueue Waiters { get; } = new(new Gate(), future);

    /// <returns>False if the future is done: the caller runs the callback itself.</returns>
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

    /// <returns>False if the future is done: the listener will not be called.</returns>
    public bool TryAdd(FutureListener listener)
    {
        using Gate.Scope held = Waiters.Gate.Enter();
        if (future.Done)
        {
            return false;
        }

        listener.Previous = _lastListener;
        if (_lastListener is null)
        {
            _firstListener = listener;
        }
        else
        {
            _lastListener.Next = listener;
        }

        _lastListener = listener;
        return true;
    }

    /// <summary>Removes a listener, if it is still there: at a constant cost, however many there are.</summary>
    public void Remove(FutureListener listener)
    {
        using Gate.Scope held = Waiters.Gate.Enter();
        if (listener.Previous is null && _firstListener != listener)
        {
            return;   // the future is done, and the list belongs to the thread that calls the listeners
        }

        if (listener.Previous is null)
        {
            _firstListener = listener.Next;
        }
        else
        {
            listener.Previous.Next = listener.Next;
        }

        if (listener.Next is null)
        {
            _lastListener = listener.Previous;
        }
        else
        {
            listener.Next.Previous = listener.Previous;
        }

        listener.Next = listener.Previous = null;
    }

    /// <summary>
    /// Releases the waiters, then calls the listeners and runs the callbacks in order. Called once, after the future is done.
    /// </summary>
    public void Complete()
    {
        FutureListener? listeners;
        List<Action<Future>>? callbacks;
        using (Waiters.Gate.Enter())
        {
            Waiters.GrantAll();
            listeners = TakeListenersUnderGate();
            callbacks = _callbacks;
            _callbacks = null;
        }

        if (listeners is not null || callbacks is not null)
        {
            future.Announce(listeners, callbacks);
        }
    }

    /// <summary>Takes all listeners. Each loses its backward link, which tells <see cref="Remove"/> that it is too late.</summary>
    private FutureListener? TakeListenersUnderGate()
    {
        FutureListener? first = _firstListener;
        _firstListener = _lastListener = null;
        for (FutureListener? listener = first; listener is not null; listener = listener.Next)
        {
            listener.Previous = null;
        }

        return first;
    }
}
