namespace Braid.Waiting;

/// <summary>A primitive that is told of long waits for it.</summary>
internal interface IImpatient
{
    /// <summary>How long "a while" is.</summary>
    TimeSpan Patience { get; }

    /// <summary>A thread has waited that long, again. Called by that thread, outside the gate.</summary>
    void LosePatience();
}

/// <summary>What a blocked thread does from time to time while it waits: remind an impatient primitive, or look for a deadlock.</summary>
internal struct LongWait
{
    private readonly IImpatient? _impatient;
    private readonly TimeSpan _period;
    private Deadline _looksAt;

    private LongWait(TimeSpan period, IImpatient? impatient)
    {
        _period = period;
        _impatient = impatient;
        _looksAt = Deadline.After(period);
    }

    /// <summary>When the thread should stop sleeping to look.</summary>
    public readonly Deadline LooksAt => _looksAt;

    public static LongWait Start(object owner) =>
        owner is IImpatient impatient ? new LongWait(impatient.Patience, impatient)
        : DeadlockDetection.After is { } period && owner is IHeld ? new LongWait(period, null)
        : new LongWait(Timeout.InfiniteTimeSpan, null);

    /// <exception cref="DeadlockException">The waiter is part of a deadlock that nothing can end.</exception>
    public void Look(ThreadWaiter waiter)
    {
        _looksAt = Deadline.After(_period);
        if (_impatient is not null)
        {
            _impatient.LosePatience();
        }
        else
        {
            DeadlockWatch.Check(waiter, _period);
        }
    }
}
