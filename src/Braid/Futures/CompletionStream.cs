namespace Braid.Futures;

/// <summary>Futures in the order they are done. It lets go of each before it gives it out.</summary>
internal sealed class CompletionStream<TFuture> : IDisposable
    where TFuture : Future
{
    private readonly HashSet<TFuture> _waiting;                    // the enumerating thread only
    private readonly Queues.SimpleQueue<TFuture> _done = new();
    private readonly Action<Future> _onDone;
    private readonly int _total;

    /// <param name="futures">The futures not given out yet; each is taken out as it is given out.</param>
    public CompletionStream(HashSet<TFuture> futures)
    {
        _waiting = futures;
        _total = _waiting.Count;
        _onDone = future => _done.Put((TFuture)future);
        foreach (TFuture future in _waiting)
        {
            Watch(future);
        }
    }

    /// <summary>How many were not given out yet.</summary>
    public int Left => _waiting.Count;

    /// <summary>Those that were not given out yet.</summary>
    public IReadOnlyCollection<TFuture> Waiting => _waiting;

    /// <summary>One more, not among those here.</summary>
    public void Add(TFuture future)
    {
        _waiting.Add(future);
        Watch(future);
    }

    /// <returns>Null when the time is up.</returns>
    public TFuture? Next(Deadline deadline, CancellationToken token) =>
        _done.TryGet(out TFuture? future, deadline.Left, token) ? GiveOut(future) : null;

    /// <inheritdoc cref="Next"/>
    public async ValueTask<TFuture?> NextAsync(Deadline deadline, CancellationToken token) =>
        await _done.TryGetAsync(deadline.Left, token).ConfigureAwait(false) is (true, var future) ? GiveOut(future) : null;

    public TimeoutException TimedOut() => new($"{Left} (of {_total}) futures unfinished");

    public void Dispose()
    {
        foreach (TFuture future in _waiting)
        {
            future.RemoveCallback(_onDone);
        }
    }

    private void Watch(TFuture future)
    {
        if (!future.TryAddCallback(_onDone))
        {
            _done.Put(future);
        }
    }

    private TFuture GiveOut(TFuture future)
    {
        _waiting.Remove(future);
        return future;
    }
}
