namespace Braid.Waiting;

/// <summary>The waiters of one primitive, blocked threads and suspended awaits alike, in order of arrival.</summary>
/// <remarks>
/// <para>
/// <b>Purpose.</b> Everything that blocks inside one process blocks here. A primitive is its state, a <see cref="Gate"/>, one or more of
/// these queues, and an <see cref="IRule"/> that decides when something can be taken.
/// </para>
/// <para>
/// <b>Two ways to continue.</b> A waiter is <em>granted</em> (an event is set, a notification given: it leaves the queue under the gate and
/// is woken afterwards), or it <em>takes</em> (a lock, a permit, an item). For taking there are two kinds of waiter:
/// </para>
/// <code>
///                    at the head when something can be taken
///   awaiting         the giver takes for it, under the gate, and queues its continuation
///   blocked thread   is signalled: it stays at the head, wakes, and takes for itself
/// </code>
/// <para>
/// An awaiting waiter is served because its continuation is then ready to run and nothing is gained by asking it: among awaiting waiters
/// the order is strictly first in, first out, as in asyncio, and a newcomer cannot pass them. A thread must first be scheduled, which takes
/// microseconds; handing it a lock while it sleeps would leave the lock idle for that long at every change of hands (a "convoy"). So a
/// running newcomer may take what a woken thread is still on its way to, as in CPython and in every fast mutex. A thread that was woken
/// <see cref="ThreadWaiter.IsStarving">in vain</see> a few times is starving: from then on no newcomer barges past it (eventual fairness),
/// so no waiter starves forever.
/// </para>
/// <para>
/// <b>No wake is lost.</b> At most one thread per queue, the head, is signalled at a time. A waiter that ends its turn at the head (it
/// takes, gives up, or is refused) passes on with <see cref="ServeHead"/> before it leaves the gate, so whatever is left signals the next.
/// In a primitive whose queues feed each other (<see cref="ITwoSided"/>), passing on settles all of them. Waking several is a chain; a
/// giver never pays for more than one wake. While a thread spins for something to take (it is <em>searching</em>) a giver wakes no thread:
/// the searching one takes it, and when its search is over, passes on whatever is left.
/// </para>
/// <para>
/// <b>Settled once.</b> A waiter leaves the queue under the gate, once, and only the thread that removed it wakes it. A cancellation or a
/// timeout takes the gate like any other event; if the waiter is already settled, it comes too late and does nothing. A thread that gives
/// up while its wake is on the way consumes that wake first, because the same object serves its next wait.
/// </para>
/// <para>
/// <b>No helper needed.</b> A blocked thread sleeps in its own monitor and measures its own timeout. Timeouts of awaits are kept by
/// <see cref="TimeoutThread"/>. No thread-pool worker takes part in a wake, nor in a step of an awaiting member of Braid's; user code that
/// awaits without a context needs one to run on (see <see cref="Continuation"/>).
/// </para>
/// <para>
/// <b>Memory:</b> the gate orders everything. Only <c>_count</c> is also read without it, where a stale number does no harm. What a thread
/// wrote before it gave is visible to the waiter that received, since both went through the gate; a primitive with a path around the gate
/// documents at that path what pairs with what.
/// </para>
/// <para>
/// Rejected: hand-over to threads (a convoy: 5 microseconds per contended lock instead of 0.05, measured); a task per waiter with
/// blocking on top (a blocked thread then waits for a pool worker to run its continuation); one queue per kind of waiter (no order
/// between them). Compare <c>AbstractQueuedSynchronizer</c> (java.util.concurrent) and <c>parking_lot</c>'s eventual fairness.
/// </para>
/// </remarks>
/// <param name="gate">Guards the queue. A primitive with several queues has one gate for all.</param>
/// <param name="owner">The primitive waited for; the wait graph names it.</param>
/// <param name="wanted">What the waiters of this queue want of the primitive, in words, if it has several queues.</param>
/// <param name="sides">The primitive, if taking from this queue lets waiters of another queue continue.</param>
internal sealed partial class WaitQueue(Gate gate, object owner, string wanted = "", ITwoSided? sides = null)
{
    private Waiter? _head;        // guarded by the gate, like every link
    private Waiter? _tail;        // guarded by the gate
    private int _count;           // written under the gate; read anywhere
    private int _awaiting;        // guarded by the gate: how many of the waiters await
    private int _searching;       // guarded by the gate: threads that spin for something to take and are not enqueued

    public Gate Gate => gate;

    public object Owner => owner;

    public string Wanted => wanted;

    public int WaiterCount => Volatile.Read(ref _count);

    /// <summary>Whether a newcomer may take before the waiters (barge): not if the first of them is starving. Under the gate.</summary>
    public bool AllowsBarging
    {
        get
        {
            Debug.Assert(gate.IsHeld);
            return _head is not ThreadWaiter { IsStarving: true };
        }
    }

    /// <summary>
    /// Whether an awaiting newcomer may take before the waiters (barge): neither before one that is starving nor before another that
    /// awaits. Under the gate.
    /// </summary>
    public bool AllowsAsyncBarging => AllowsBarging && _awaiting == 0;

    public bool IsEmpty => _head is null;

    /// <summary>The first in order; the others follow by <see cref="Waiter.Next"/>. Under the gate.</summary>
    public Waiter? Head => _head;

    /// <summary>One attempt of a thread, without waiting.</summary>
    public bool TryNow<TRule>(ref TRule rule)
        where TRule : struct, IRule, allows ref struct
    {
        using Gate.Scope held = gate.Enter();
        return AllowsBarging && rule.TryTake(_head is not null);
    }

    /// <summary>One attempt of an awaiting caller, without waiting.</summary>
    public bool TryNowAwaiting<TRule>(ref TRule rule)
        where TRule : struct, IRule, allows ref struct
    {
        using Gate.Scope held = gate.Enter();
        return AllowsAsyncBarging && rule.TryTake(_head is not null);
    }

    /// <summary>Serves the waiters at the head as long as there is something to take. Under the gate.</summary>
    public void ServeHead<TRule>(ref TRule rule)
        where TRule : struct, IRule, allows ref struct
    {
        while (TryServeHead(ref rule))
        {
        }
    }

    /// <summary>Serves the head: an awaiting waiter takes and leaves; a thread is signalled and stays. Under the gate.</summary>
    /// <returns>Whether it left, so that another waiter is at the head now.</returns>
    public bool TryServeHead<TRule>(ref TRule rule)
        where TRule : struct, IRule, allows ref struct
    {
        Debug.Assert(gate.IsHeld);
        if (_head is not { } head)
        {
            return false;
        }

        if (head is ThreadWaiter thread)
        {
            if (!thread.Signalled && (_searching == 0 || thread.IsStarving) && rule.CanTake())
            {
                thread.Signalled = true;
                Wake(thread);
            }

            return false;
        }

        if (!rule.TryServe((AsyncWaiter)head, othersWait: _count > 1))
        {
            return false;
        }

        Settle(head, head.Failure is null ? WaitState.Granted : WaitState.Refused);
        return true;
    }

    /// <summary>
    /// Serves every waiter that can be served, at any position, in a queue whose waiters each await something of their own. Under the gate.
    /// </summary>
    public void ServeAll<TRule>(ref TRule rule)
        where TRule : struct, IRule, allows ref struct
    {
        Debug.Assert(gate.IsHeld);
        Waiter? next;
        for (Waiter? waiter = _head; waiter is not null; waiter = next)
        {
            next = waiter.Next;
            if (rule.TryServe((AsyncWaiter)waiter, othersWait: _count > 1))
            {
                Settle(waiter, waiter.Failure is null ? WaitState.Granted : WaitState.Refused);
            }
        }
    }

    /// <summary>Grants the next waiter in order, if there is one. Under the gate.</summary>
    public bool Grant()
    {
        Debug.Assert(gate.IsHeld);
        if (_head is null)
        {
            return false;
        }

        Grant(_head);
        return true;
    }

    /// <summary>Grants one waiter. Under the gate.</summary>
    public void Grant(Waiter waiter) => Settle(waiter, WaitState.Granted);

    /// <summary>Grants all waiters. Under the gate.</summary>
    public void GrantAll()
    {
        while (Grant())
        {
        }
    }

    /// <summary>Fails all waits, each with its own exception. Under the gate.</summary>
    public void RefuseAll(Func<Exception> failure)
    {
        Debug.Assert(gate.IsHeld);
        while (_head is { } head)
        {
            head.Failure = failure();
            Settle(head, WaitState.Refused);
        }
    }

    /// <summary>Marks the first waiter, if it is a thread, as starving, so that it is served before any newcomer. Under the gate.</summary>
    public void MarkHeadStarving()
    {
        Debug.Assert(gate.IsHeld);
        (_head as ThreadWaiter)?.MarkStarving();
    }

    /// <summary>Passes on, after a waiter of this queue has taken or left. Under the gate.</summary>
    private void PassOn<TRule>(ref TRule rule)
        where TRule : struct, IRule, allows ref struct
    {
        if (sides is null)
        {
            ServeHead(ref rule);
        }
        else
        {
            sides.SettleUnderGate();
        }
    }

    private void Settle(Waiter waiter, WaitState state)
    {
        Debug.Assert(gate.IsHeld && waiter.State == WaitState.Waiting);   // only the thread that settles it gets here
        Remove(waiter);
        waiter.State = state;
        if (waiter is not ThreadWaiter { Signalled: true })   // otherwise a wake is on its way already, and one is enough
        {
            Wake(waiter);
        }
    }

    private void Wake(Waiter waiter)
    {
        if (waiter is ThreadWaiter thread)
        {
            thread.IsOwedAWake = true;
        }

        gate.WakeAfter(waiter);
    }

    private void Enqueue(Waiter waiter)
    {
        Debug.Assert(gate.IsHeld && waiter.Queue is null);
        waiter.Queue = this;
        waiter.Previous = _tail;
        if (_tail is null)
        {
            _head = waiter;
        }
        else
        {
            _tail.Next = waiter;
        }

        _tail = waiter;
        Volatile.Write(ref _count, _count + 1);
        _awaiting += waiter is AsyncWaiter ? 1 : 0;
        AssertInvariants();
    }

    private void Remove(Waiter waiter)
    {
        Debug.Assert(gate.IsHeld && waiter.Queue == this);
        if (waiter.Previous is null)
        {
            _head = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next is null)
        {
            _tail = waiter.Previous;
        }
        else
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.Next = waiter.Previous = null;
        waiter.Queue = null;
        Volatile.Write(ref _count, _count - 1);
        _awaiting -= waiter is AsyncWaiter ? 1 : 0;
        AssertInvariants();
    }

    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(gate.IsHeld);
        Debug.Assert(_head is null == _count is 0 && _tail is null == _count is 0);
        Debug.Assert(_head is not { Previous: not null } && _tail is not { Next: not null } && (_count != 1 || _head == _tail));
        Debug.Assert(_head is null || (_head.Queue == this && _tail!.Queue == this));
        Debug.Assert(_awaiting >= 0 && _awaiting <= _count && _searching >= 0 && _searching <= Spinning.MaxSearching);
    }
}
