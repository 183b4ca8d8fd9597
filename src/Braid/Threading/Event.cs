namespace Braid.Threading;

/// <summary>A flag that can be waited for. Setting it releases all waiters; later waits return at once until it is cleared.</summary>
/// <remarks>
/// Interrupting the thread also ends a blocked wait, which has then taken nothing, with <see cref="ThreadInterruptedException"/>.
/// Everything written before <see cref="Set"/> is visible to every thread that sees the flag set. Python counterpart:
/// <c>threading.Event</c>, <c>asyncio.Event</c>.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Event : IEvent, IAwaited
{
    private readonly WaitQueue _waiters;
    private volatile bool _isSet;          // written under the waiters' gate; its read pairs with that write

    /// <summary>Creates an event that is not set.</summary>
    public Event() => _waiters = new WaitQueue(new Gate(), this);

    /// <summary>Creates an event that waits on behalf of another object, which the wait graph names.</summary>
    internal Event(object owner) => _waiters = new WaitQueue(new Gate(), owner);

    /// <inheritdoc/>
    public bool IsSet => _isSet;

    internal int WaiterCount => _waiters.WaiterCount;

    /// <inheritdoc/>
    public void Set()
    {
        using Gate.Scope held = _waiters.Gate.Enter();
        _isSet = true;
        _waiters.GrantAll();
    }

    /// <inheritdoc/>
    public void Clear()
    {
        using Gate.Scope held = _waiters.Gate.Enter();
        _isSet = false;
    }

    /// <inheritdoc/>
    public void Wait(CancellationToken token = default) => TryWait(Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    public bool TryWait(TimeSpan timeout = default, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        token.ThrowIfCancellationRequested();
        var rule = new Rule(this);
        return _isSet || (timeout != TimeSpan.Zero && _waiters.Wait(ref rule, Deadline.After(timeout), token));
    }

    /// <inheritdoc/>
    public ValueTask WaitAsync(CancellationToken token = default) => AwaitingShapes.WaitAsync(this, token);

    /// <inheritdoc/>
    public ValueTask<bool> TryWaitAsync(TimeSpan timeout, CancellationToken token = default) =>
        AwaitingShapes.TryWaitAsync(this, timeout, token);

    /// <summary>"set" or "unset", and how many wait.</summary>
    public override string ToString() => StateText.Of(this, WaiterCount);

    bool IAwaited.TryNowForAwaiter() => _isSet;

    SignalWaiter IAwaited.Enqueue(TimeSpan timeout, CancellationToken token)
    {
        SignalWaiter waiter = SignalWaiter.Rent();
        var rule = new Rule(this);
        _waiters.WaitAsync(waiter, ref rule, timeout, token);
        return waiter;
    }

    private readonly struct Rule(Event e) : IRule
    {
        public bool KeepsOrder => false;

        public bool LooksReady() => e._isSet;

        public bool TryTake(bool othersWait) => e._isSet;

        public bool TryServe(AsyncWaiter waiter, bool othersWait) => e._isSet;

        public bool CanTake() => e._isSet;
    }
}
