namespace Braid.Waiting;

/// <summary>A primitive that is notified of long waits for it.</summary>
internal interface IContentionWatcher
{
    /// <summary>After what time a wait counts as long.</summary>
    TimeSpan LongWaitAfter { get; }

    /// <summary>A thread has waited that long, again. Called by that thread, outside the gate.</summary>
    void OnLongWait();
}

/// <summary>The periodic checks of a blocked thread: notify a primitive that watches contention, or check for a deadlock.</summary>
internal struct LongWait
{
    private readonly IContentionWatcher? _watcher;
    private readonly TimeSpan _period;
    private Deadline _checksAt;

    private LongWait(TimeSpan period, IContentionWatcher? watcher)
    {
        _period = period;
        _watcher = watcher;
        _checksAt = Deadline.After(period);
    }

    /// <summary>When the thread should interrupt its sleep to check.</summary>
    public readonly Deadline ChecksAt => _checksAt;

    public static LongWait Start(object owner) =>
        owner is IContentionWatcher watcher ? new LongWait(watcher.LongWaitAfter, watcher)
        : DeadlockDetection.After is { } period && owner is IHeld ? new LongWait(period, null)
        : new LongWait(Timeout.InfiniteTimeSpan, null);

    /// <exception cref="DeadlockException">The waiter is part of a deadlock that nothing can end.</exception>
    public void Check(ThreadWaiter waiter)
    {
        _checksAt = Deadline.After(_period);
        if (_watcher is not null)
        {
            _watcher.OnLongWait();
        }
        else
        {
            DeadlockWatch.Check(waiter, _period);
        }
    }
}
