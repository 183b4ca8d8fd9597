using System.Numerics;

namespace Braid.Multiprocessing;

/// <summary>
/// The processes at a ring: how many threads of each wait, so that a thread that changes something knows whether to wake, and which message
/// each took last.
/// </summary>
/// <remarks>
/// The counts must never be too low, or a waiter would sleep on until the end of a slice. So a thread that begins to wait counts itself
/// first in the ring's state and then in its process's share, and uncounts itself in reverse order: a process killed in between leaves the
/// former one too high, which costs needless wakes. A share is in one word with its owner's token, so that the share of a dead process is
/// subtracted once. Orders: <c>Total</c> is changed by full fences; a waiter changes it before its last check, and a committer makes a
/// fence between its commit and its read of the total (<see cref="MessageRing"/>): one of the two sees the other. A <c>share</c> changes by
/// compare-exchange or by its own process, and orders nothing. <c>Taken</c> is cleared before the <c>Token</c> of the next process is
/// stored, and read before that token is: a reader that still finds the old token has read the old process's number. <c>Known</c> only
/// grows, by a bit for a whole slot.
/// </remarks>
internal sealed unsafe class RingPeers
{
    private static readonly RingWait[] s_all = [RingWait.Get, RingWait.Put, RingWait.Join];

    private readonly Segment _segment;   // keeps the memory as long as this object
    private readonly RingState* _state;
    private readonly RingPeer* _own;

    public RingPeers(Segment segment, RingState* state)
    {
        _segment = segment;
        _state = state;
        int slot = ProcessTable.SlotOf(ProcessTable.Self);
        _own = &state->FirstPeer + slot;
        if (Volatile.Read(ref _own->Token) != ProcessTable.Self)
        {
            Volatile.Write(ref _own->Taken, 0);
            Volatile.Write(ref _own->Token, ProcessTable.Self);
            Interlocked.Or(ref state->Known[slot / 64], 1L << (slot % 64));
        }
    }

    /// <summary>How many wait, in all processes.</summary>
    public int CountOf(RingWait what) => Volatile.Read(ref Total(what));

    /// <summary>
    /// Counts the caller as waiting. A full fence: later reads are newer than the changes of any waker that did not see the count.
    /// </summary>
    public void Announce(RingWait what)
    {
        Interlocked.Increment(ref Total(what));
        KillPoint.Reach(KillPoint.WaitCounted);      // killed here: one too many forever, so that commits enter the kernel in vain
        ref long share = ref Share(_own, what);
        for (long seen = Volatile.Read(ref share); TokenOf(seen) != ProcessTable.Self; seen = Volatile.Read(ref share))
        {
            TakeOver(what, ref share, seen, ProcessTable.Self);   // the slot's previous process is dead
        }

        Interlocked.Increment(ref share);
    }

    public void Withdraw(RingWait what)
    {
        Interlocked.Decrement(ref Share(_own, what));   // the share first: see the remarks
        KillPoint.Reach(KillPoint.WaitDiscounted);   // as above
        Interlocked.Decrement(ref Total(what));         // and then the total, which may be too high meanwhile, never too low
    }

    /// <summary>Subtracts dead waiters from the counts.</summary>
    public void RemoveDead()
    {
        for (int i = 0; i < ProcessTable.SlotCount / 64; i++)
        {
            for (ulong bits = (ulong)Volatile.Read(ref _state->Known[i]); bits != 0; bits &= bits - 1)
            {
                RemoveDead(&_state->FirstPeer + (64 * i) + BitOperations.TrailingZeroCount(bits));
            }
        }

        GC.KeepAlive(_segment);
    }

    /// <summary>Records that this process is about to take a message. Under the get gate.</summary>
    public void NoteTakenUnderGate(long number) => Volatile.Write(ref _own->Taken, number);

    /// <summary>Records that this process has returned, so that its death is not blamed on the message it took before.</summary>
    public void ClearTaken()
    {
        if (Volatile.Read(ref _own->Taken) != 0)
        {
            Volatile.Write(ref _own->Taken, 0);
        }
    }

    /// <summary>The number of the last message that a process took, from 1, if it has not returned since; otherwise 0.</summary>
    public long TakenBy(int token)
    {
        RingPeer* peer = &_state->FirstPeer + ProcessTable.SlotOf(token);
        long number = Volatile.Read(ref peer->Taken);
        // read last: the slot's next process clears the previous number before it stores its token
        if (Volatile.Read(ref peer->Token) != token)
        {
            return 0;
        }

        long got = _state->Get.Read(out _).Count;
        GC.KeepAlive(_segment);
        return number <= got ? number : 0;   // killed just before it took it: the message is still there
    }

    private static int TokenOf(long share) => (int)(share >> 32);

    private void RemoveDead(RingPeer* peer)
    {
        foreach (RingWait what in s_all)
        {
            ref long share = ref Share(peer, what);
            long seen = Volatile.Read(ref share);
            if ((int)seen != 0 && !ProcessTable.Current.IsAlive(TokenOf(seen)))
            {
                TakeOver(what, ref share, seen, 0);
            }
        }
    }

    private void TakeOver(RingWait what, ref long share, long seen, int token)
    {
        if (Interlocked.CompareExchange(ref share, (long)token << 32, seen) == seen)
        {
            // Killed here: the total stays too high forever, which costs needless wakes.
            Interlocked.Add(ref Total(what), -(int)seen);
        }
    }

    private ref int Total(RingWait what)
    {
        switch (what)
        {
            case RingWait.Get:
                return ref _state->Getters;
            case RingWait.Put:
                return ref _state->Putters;
            default:
                return ref _state->Joiners;
        }
    }

    private static ref long Share(RingPeer* peer, RingWait what)
    {
        switch (what)
        {
            case RingWait.Get:
                return ref peer->Getters;
            case RingWait.Put:
                return ref peer->Putters;
            default:
                return ref peer->Joiners;
        }
    }
}

/// <summary>Whether the caller is counted as waiting at a ring. Used by the waiting thread alone.</summary>
internal struct WaitRegistration
{
    private static readonly TimeSpan s_removalPeriod = TimeSpan.FromMilliseconds(500);

    private bool _isCounted;
    private Deadline _nextRemoval;

    /// <summary>Counts the caller, unless it is counted already; in that case it occasionally checks for dead processes.</summary>
    /// <returns>Whether it was counted only now, and so must check again before it sleeps.</returns>
    public bool TryAnnounce(MessageRing ring, RingWait what)
    {
        if (_isCounted)
        {
            if (_nextRemoval.HasPassed)
            {
                ring.Peers.RemoveDead();
                _nextRemoval = Deadline.After(s_removalPeriod);
            }

            return false;
        }

        ring.Segment.AddReference();   // in case the ring is closed here meanwhile: the count must still be withdrawn
        ring.Peers.Announce(what);
        _nextRemoval = Deadline.After(s_removalPeriod);
        _isCounted = true;
        return true;
    }

    /// <summary>Uncounts the caller. A wake may have been meant for it that others need, so it is passed on.</summary>
    public void Withdraw(MessageRing ring, RingWait what)
    {
        if (_isCounted)
        {
            _isCounted = false;
            ring.Peers.Withdraw(what);
            ring.PassOn(what);
            ring.Segment.Release();
        }
    }
}
