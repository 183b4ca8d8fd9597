namespace Braid.Threading;

/// <summary>A flag that can be waited for. Setting it lets all waiters go on, and everybody who comes later, until it is cleared.</summary>
/// <remarks>
/// A blocked wait also ends, having taken nothing, with <see cref="ThreadInterruptedException"/> when its thread is interrupted.
/// Everything written before <see cref="Set"/> is visible to whoever sees the flag set. Python counterpart: <c>threading.Event</c>, <c>asyncio.Event</c>.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Event
{
    private readonly WaitQueue _waiters;
    private volatile bool _isSet;          // written under the waiters' gate; its read pairs with that write

    /// <summary>Makes an event that is not set.</summary>
    public Event() => _waiters = new WaitQueue(new Gate(), this);

    /// <summary>Makes an event that waits on behalf of another object, which the wait graph is to name.</summary>
    internal Event(object owner) => _waiters = new WaitQueue(new Gate(), owner);

    /// <summary>Whether the flag is set.</summary>
    public bool IsSet => _isSet;

    internal int WaiterCount => _waiters.WaiterCount;

    /// <summary>Sets the flag and lets all who wait at this moment go on, even if it is cleared at once. Never blocks.</summary>
    public void Set()
    {
        using Gate.Scope held = _waiters.Gate.Enter();
        _isSet = true;
        _waiters.GrantAll();
    }

    /// <summary>Clears the flag; later waits block until it is set again.</summary>
    public void Clear()
    {
        using Gate.Scope held = _waiters.Gate.Enter();
        _isSet = false;
    }

    /// <summary>Blocks until the flag is set.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    public void Wait(CancellationToken token = default) => TryWait(Timeout.InfiniteTimeSpan, token);

    /// <summary>Blocks until the flag is set or the time is up.</summary>
    /// <param name="timeout">How long to wait at most; zero, the default, only looks; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Whether the flag was set; false when the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    public bool TryWait(TimeSpan timeout = default, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        token.ThrowIfCancellationRequested();
        var rule = new Rule(this);
        return _isSet || (timeout != TimeSpan.Zero && _waiters.Wait(ref rule, Deadline.After(timeout), token));
    }

    /// <summary>Waits without blocking the thread until the flag is set.</summary>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/exception"/>
    public ValueTask WaitAsync(CancellationToken token = default) =>
        token.IsCancellationRequested ? ValueTask.FromCanceled(token)
        : _isSet ? default
        : Enqueue(Timeout.InfiniteTimeSpan, token).AsTask();

    /// <summary>Waits without blocking the thread until the flag is set or the time is up.</summary>
    /// <inheritdoc cref="TryWait(TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryWait(TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryWait(TimeSpan, CancellationToken)" path="/exception"/>
    public ValueTask<bool> TryWaitAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return token.IsCancellationRequested ? ValueTask.FromCanceled<bool>(token)
            : _isSet ? new ValueTask<bool>(true)
            : Enqueue(timeout, token).AsTryTask();
    }

    /// <summary>"set" or "unset", and how many wait.</summary>
    public override string ToString() => $"{(_isSet ? "set" : "unset")} Event{(WaiterCount == 0 ? "" : $", waiters={WaiterCount}")}";

    private SignalWaiter Enqueue(TimeSpan timeout, CancellationToken token)
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
