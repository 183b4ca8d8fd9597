namespace Braid.Futures;

/// <summary>Futures in the order in which they complete. It releases each before it returns it.</summary>
internal sealed class CompletionStream<TFuture> : IDisposable
    where TFuture : Future
{
    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly HashSet<TFuture> _waiting;                       // guarded by _gate: one thread adds, another takes
    // likewise: of those that were not done at first, until they are returned
    private readonly Dictionary<TFuture, Listener> _listeners = [];
    private readonly Queues.SimpleQueue<TFuture> _done = new();
    private readonly int _total;

    /// <param name="futures">The futures not returned yet; each is removed as it is returned.</param>
    public CompletionStream(HashSet<TFuture> futures)
    {
        _waiting = futures;
        _total = _waiting.Count;
        foreach (TFuture future in _waiting)
        {
            Watch(future);
        }
    }

    /// <summary>How many were not returned yet.</summary>
    public int Left
    {
        get
        {
            using (_gate.EnterScope())
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Those that were not returned yet.</summary>
    public IReadOnlyCollection<TFuture> Waiting => _waiting;

    /// <summary>Adds a future that is not among those here.</summary>
    public void Add(TFuture future)
    {
        using (_gate.EnterScope())
        {
            _waiting.Add(future);
            Watch(future);
        }
    }

    /// <returns>Null if the time is up.</returns>
    public TFuture? Next(Deadline deadline, CancellationToken token) =>
        _done.TryGet(out TFuture? future, deadline.Left, token) ? GiveOut(future) : null;

    /// <inheritdoc cref="Next"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<TFuture?> NextAsync(Deadline deadline, CancellationToken token) =>
        await _done.TryGetAsync(deadline.Left, token).ConfigureAwait(false) is (true, var future) ? GiveOut(future) : null;

    public TimeoutException TimedOut() => new($"{Left} (of {_total}) futures unfinished");

    public void Dispose()
    {
        foreach ((TFuture future, Listener listener) in _listeners)
        {
            future.RemoveListener(listener);
        }
    }

    private void Watch(TFuture future)
    {
        var listener = new Listener(_done);
        if (future.TryAddListener(listener))
        {
            _listeners.Add(future, listener);
        }
        else
        {
            _done.Put(future);
        }
    }

    private TFuture GiveOut(TFuture future)
    {
        using (_gate.EnterScope())
        {
            _waiting.Remove(future);
            _listeners.Remove(future);
        }

        return future;
    }

    private sealed class Listener(Queues.SimpleQueue<TFuture> done) : FutureListener
    {
        public override void OnDone(Future future) => done.Put((TFuture)future);
    }
}
