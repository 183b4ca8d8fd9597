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
    private const int Unset = 0;
    private const int IsSetNow = 1;
    private const int Awaited = 2;   // not set, and a waiter may be enqueued: to set it, one must enter the gate

    private readonly WaitQueue _waiters;

    // Orders: a waiter writes Awaited under the gate, in the same hold of it in which it enqueues, and only in place of Unset. Set and
    // Clear exchange the other two values without the gate, which fails on Awaited. So either Set comes first, and the waiter finds the
    // flag set, or it fails and enters the gate after the waiter; while a waiter is enqueued, the word is Awaited. The exchange in Set is
    // a release, and the volatile read of a waiter acquires it.
    private int _word;

    /// <summary>Creates an event that is not set.</summary>
    public Event() => _waiters = new WaitQueue(new Gate(), this);

    /// <summary>Creates an event that waits on behalf of another object, which the wait graph names.</summary>
    internal Event(object owner) => _waiters = new WaitQueue(new Gate(), owner);

    /// <inheritdoc/>
    public bool IsSet => Volatile.Read(ref _word) == IsSetNow;

    internal int WaiterCount => _waiters.WaiterCount;

    /// <inheritdoc/>
    public void Set()
    {
        int seen;
        while ((seen = Interlocked.CompareExchange(ref _word, IsSetNow, Unset)) == IsSetNow)
        {
            // An exchange that fails need not order what the caller wrote before it. A thread that clears the flag and then checks what it
            // waits for must see that, or find the flag set.
            Interlocked.MemoryBarrier();
            if (IsSet)
            {
                return;
            }
        }

        if (seen == Awaited)
        {
            SetAndGrant();
        }
    }

    /// <inheritdoc/>
    public void Clear() => Interlocked.CompareExchange(ref _word, Unset, IsSetNow);

    /// <inheritdoc/>
    public void Wait(CancellationToken token = default) => TryWait(Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    public bool TryWait(TimeSpan timeout = default, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        token.ThrowIfCancellationRequested();
        var rule = new Rule(this);
        return IsSet || (timeout != TimeSpan.Zero && _waiters.Wait(ref rule, Deadline.After(timeout), token));
    }

    /// <inheritdoc/>
    public ValueTask WaitAsync(CancellationToken token = default) => AwaitingShapes.WaitAsync(this, token);

    /// <inheritdoc/>
    public ValueTask<bool> TryWaitAsync(TimeSpan timeout, CancellationToken token = default) =>
        AwaitingShapes.TryWaitAsync(this, timeout, token);

    /// <summary>"set" or "unset", and how many wait.</summary>
    public override string ToString() => StateText.Of(this, WaiterCount);

    bool IAwaited.TryNowForAwaiter() => IsSet;

    SignalWaiter IAwaited.Enqueue(TimeSpan timeout, CancellationToken token)
    {
        SignalWaiter waiter = SignalWaiter.Rent();
        var rule = new Rule(this);
        _waiters.WaitAsync(waiter, ref rule, timeout, token);
        return waiter;
    }

    private void SetAndGrant()
    {
        using Gate.Scope held = _waiters.Gate.Enter();
        Volatile.Write(ref _word, IsSetNow);   // no exchange: Awaited is replaced only under the gate
        _waiters.GrantAll();
    }

    /// <summary>Whether it is set; otherwise makes sure that the next Set enters the gate. Under the gate.</summary>
    private bool IsSetUnderGate()
    {
        Debug.Assert(_waiters.Gate.IsHeld);
        return Interlocked.CompareExchange(ref _word, Awaited, Unset) == IsSetNow;
    }

    private readonly struct Rule(Event e) : IRule
    {
        public bool KeepsOrder => false;

        public bool LooksReady() => e.IsSet;

        public bool TryTake(bool othersWait) => e.IsSetUnderGate();

        public bool TryServe(AsyncWaiter waiter, bool othersWait) => e.IsSetUnderGate();

        public bool CanTake() => e.IsSetUnderGate();
    }
}
