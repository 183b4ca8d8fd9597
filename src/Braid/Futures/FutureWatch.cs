namespace Braid.Futures;

/// <summary>Watches several futures until enough of them are done.</summary>
internal sealed class FutureWatch<TFuture> : IDisposable, IStandIn
    where TFuture : Future
{
    private readonly HashSet<TFuture> _futures;
    private readonly ReturnWhen _returnWhen;
    private readonly List<(TFuture Future, Listener Listener)> _listeners = [];   // of those that were not done at first
    private int _left;                          // by Interlocked: how many of the watched are not done

    public FutureWatch(IEnumerable<TFuture> futures, ReturnWhen returnWhen)
    {
        if (!Enum.IsDefined(returnWhen))
        {
            throw new ArgumentOutOfRangeException(nameof(returnWhen), returnWhen, "It is AllCompleted, FirstCompleted or FirstException.");
        }

        IsReached = new Threading.Event(this);
        _futures = FutureSet.Of(futures);
        _returnWhen = returnWhen;
        _left = _futures.Count;
        if (_left == 0)
        {
            IsReached.Set();
        }

        foreach (TFuture future in _futures)
        {
            var listener = new Listener(this);
            if (future.TryAddListener(listener))
            {
                _listeners.Add((future, listener));
            }
            else
            {
                OnDone(future);
            }
        }
    }

    public Threading.Event IsReached { get; }

    Type IStandIn.For => typeof(Future);

    /// <summary>How many futures, and how many of them are not done.</summary>
    // A number for display: it orders nothing.
    public override string ToString() => $"{_futures.Count} futures, {Volatile.Read(ref _left)} not done";

    public (IReadOnlySet<TFuture> Done, IReadOnlySet<TFuture> NotDone) Split()
    {
        ILookup<bool, TFuture> byDone = _futures.ToLookup(future => future.Done);
        return (byDone[true].ToHashSet(), byDone[false].ToHashSet());
    }

    public void Dispose()
    {
        foreach ((TFuture future, Listener listener) in _listeners)
        {
            future.RemoveListener(listener);
        }
    }

    private void OnDone(Future future)
    {
        // each future counts once, and one of them finds 0; the event orders the rest
        bool isLast = Interlocked.Decrement(ref _left) == 0;
        if (isLast || _returnWhen == ReturnWhen.FirstCompleted || (_returnWhen == ReturnWhen.FirstException && future.Failure is not null))
        {
            IsReached.Set();
        }
    }

    private sealed class Listener(FutureWatch<TFuture> watch) : FutureListener
    {
        public override void OnDone(Future future) => watch.OnDone(future);
    }
}

/// <summary>Reads the futures passed by a caller.</summary>
internal static class FutureSet
{
    public static HashSet<TFuture> Of<TFuture>(IEnumerable<TFuture> futures)
        where TFuture : Future
    {
        ArgumentNullException.ThrowIfNull(futures);
        var set = new HashSet<TFuture>();
        foreach (TFuture future in futures)
        {
            ArgumentNullException.ThrowIfNull(future, nameof(futures));
            set.Add(future);
        }

        return set;
    }
}
