using System.Runtime.InteropServices;
using Braid.Threading;

namespace Braid.Multiprocessing;

/// <summary>The waiters of a barrier: rounds, numbers and breaks.</summary>
/// <remarks>
/// <para>
/// The party that completes a round is to act: its process is recorded in the head until the round is over. It numbers the others of its
/// round, and releases them after the action, one by one; if it dies before it is done, the barrier is broken for the rest.
/// </para>
/// <para>
/// A break is one change: it increments the count of breaks and dequeues all waiters at once. Each party finds out from the count that it
/// was broken, and frees its own place. So it does not matter how many wait, nor which of them die while they leave.
/// </para>
/// </remarks>
internal sealed unsafe class SharedBarrierCore
{
    public const string PartyTimedOut = "The barrier is broken: a party timed out. Reset() makes it usable again.";

    /// <summary>Memory that it takes, initially zeroes.</summary>
    public const int Bytes = WaitersAt + SharedWaitList.Bytes;

    internal const int WaitersAt = 64;
    private const long NoNumber = -1;

    // Orders: Acting, Why and Breaks change inside the list's gate. A read outside is a number for display, or tells a waiter to go inside:
    // on a break, Breaks is stored before the list's version, so a sleeper that the version wakes sees it.
    private readonly Head* _head;
    private readonly SharedWaitList _waiters;
    private readonly int _self = ProcessTable.Self;

    public SharedBarrierCore(Segment segment)
    {
        _head = (Head*)segment.Data;
        _waiters = new SharedWaitList(segment, WaitersAt);
    }

    /// <summary>Why a barrier is broken.</summary>
    public enum Why
    {
        NotBroken,
        PartyTimedOut,
        Aborted,
        ActionFailed,
        PartyDied,
    }

    public int Parties => _head->Parties;

    public TimeSpan Timeout => new(_head->TimeoutTicks);

    public int Waiting => Volatile.Read(ref _head->Acting) != 0 ? 0 : _waiters.Count;

    public int WaiterCount => _waiters.Count;

    public bool IsBroken => Volatile.Read(ref _head->Why) != 0;

    /// <summary>Called before it is shared.</summary>
    public void Initialize(int parties, TimeSpan timeout) => (_head->Parties, _head->TimeoutTicks) = (parties, timeout.Ticks);

    /// <summary>Takes a place, or makes the caller act. The wait follows.</summary>
    /// <exception cref="BrokenBarrierException">It is broken.</exception>
    public BarrierParty Arrive()
    {
        using SharedGate.Scope change = _waiters.Gate.Enter();
        if (RemoveDead(change, default))
        {
            _waiters.WakeAll();
        }

        if (_head->Why != 0)
        {
            throw BrokenFor((Why)_head->Why);
        }

        if (_head->Acting == 0 && _waiters.Count >= Parties - 1)
        {
            change.Set(ref _head->Acting, _self);
            // killed from here to the end of the round: the head names the dead process, and the next search breaks the barrier
            change.Commit();
            NumberTheRound(change);
            var last = new BarrierParty(0, _head->Breaks);
            last.Appoint(_head->Round);
            return last;
        }

        return new BarrierParty(_waiters.Enter(change, NoNumber, _head->Breaks, watchesAll: true), _head->Breaks);
    }

    /// <summary>Releases the others of the round, after the action.</summary>
    /// <exception cref="BrokenBarrierException">The round was broken meanwhile.</exception>
    public void EndRound(BarrierParty actor)
    {
        using (SharedGate.Scope change = _waiters.Gate.Enter())
        {
            if (actor.Round != _head->Round)
            {
                throw BrokenFor((Why)_head->Why);
            }

            while (_waiters.First is not 0 and int place && _waiters[place].Ticket != NoNumber)
            {
                _waiters.Grant(change, place, NodeState.Granted, _waiters[place].Ticket);
                change.Commit();   // killed here: those granted pass, the barrier is broken for the rest
            }

            bool isFullAgain = _waiters.Count >= Parties;
            change.Set(ref _head->Round, _head->Round + 1);
            change.Set(ref _head->Acting, isFullAgain ? _self : 0);
            // killed here: the round is over; if the next one is already full, it is broken, for the head names the dead process
            change.Commit();
            if (isFullAgain)
            {
                int last = NumberTheRound(change);    // its last party acts
                ThrowIfNone(last);
                change.Set(ref _head->Acting, _waiters[last].Token);
                _waiters.Grant(change, last, NodeState.Acting, _head->Round);
            }
        }

        _waiters.WakeAll();
    }

    /// <summary>Breaks the barrier for a party, unless it was broken or reset since that party arrived.</summary>
    public void Break(Why why, BarrierParty party)
    {
        using (SharedGate.Scope change = _waiters.Gate.Enter())
        {
            if (party.Breaks != _head->Breaks)
            {
                return;
            }

            Break(change, why);
        }

        _waiters.WakeAll();
    }

    /// <summary>
    /// Decides for a party whose time is up and that has left its wait. If it is of a round that has ended meanwhile, whose last party did
    /// not know that it had left, it is released, as all are; otherwise none of its round passes: the barrier breaks.
    /// </summary>
    public void TimeOut(BarrierParty party)
    {
        using (SharedGate.Scope change = _waiters.Gate.Enter())
        {
            if (party.Breaks != _head->Breaks)
            {
                return;
            }

            if (party.TicketAtEnd != NoNumber && party.TicketAtEnd / PartiesOfRound() < _head->Round)
            {
                party.Release(IndexOf(party.TicketAtEnd));
                return;
            }

            Break(change, Why.PartyTimedOut);   // killed before it commits: the place is free already, and the others wait on for a party
        }

        _waiters.WakeAll();
    }

    /// <summary>Releases the parties that wait for a round to be full.</summary>
    /// <returns>How many.</returns>
    public int Release()
    {
        int released = 0;
        using (SharedGate.Scope change = _waiters.Gate.Enter())
        {
            int place = RemoveDead(change, default) ? 0 : FirstOfUnfilledRound();
            while (place != 0)
            {
                int next = _waiters.Next(place);
                _waiters.Grant(change, place, NodeState.Granted, released++);
                change.Commit();   // each is released for good
                // killed here: the released parties go on at the end of their slice, the others keep waiting, as before the call
                KillPoint.Reach(KillPoint.PartyReleased);
                place = next;
            }
        }

        _waiters.WakeAll();
        return released;
    }

    public void Abort() => BreakNow(Why.Aborted);

    public void Reset() => BreakNow(Why.NotBroken);

    private static BrokenBarrierException BrokenFor(Why why) => new(why switch
    {
        Why.PartyTimedOut => PartyTimedOut,
        Why.Aborted => "The barrier is broken: it was aborted. Reset() makes it usable again.",
        Why.ActionFailed => "The barrier is broken: its action failed. Reset() makes it usable again.",
        Why.PartyDied => "The barrier is broken: the process of a party died. Reset() makes it usable again.",
        _ => "The barrier was reset while this party waited.",
    });

    private void BreakNow(Why why)
    {
        using (SharedGate.Scope change = _waiters.Gate.Enter())
        {
            Break(change, why);
        }

        _waiters.WakeAll();
    }

    private void Break(in SharedGate.Scope change, Why why)
    {
        change.Set(ref _head->Round, _head->Round + 1);
        change.Set(ref _head->Breaks, _head->Breaks + 1);
        change.Set(ref _head->Acting, 0);
        change.Set(ref _head->Why, (int)why);
        _waiters.ReleaseAll(change);
        change.Commit();   // killed before it: nothing is broken; after it, before the wake: each party finds out at the end of its slice
    }

    /// <returns>The place behind the acting round, and behind the full rounds that wait for their turn; 0 if there is none.</returns>
    private int FirstOfUnfilledRound()
    {
        int place = _waiters.First;
        int waiting = _waiters.Count;
        for (; place != 0 && _waiters[place].Ticket != NoNumber; place = _waiters.Next(place))
        {
            ThrowIfNone(waiting--);
        }

        for (int full = waiting - (waiting % PartiesOfRound()); full > 0; full--)
        {
            ThrowIfNone(place);
            place = _waiters.Next(place);
        }

        return place;
    }

    /// <summary>Gives the parties of the round, except the last, their numbers, which distinguishes them from later arrivals.</summary>
    /// <returns>The place behind them; 0 if there is none.</returns>
    private int NumberTheRound(in SharedGate.Scope change)
    {
        int place = _waiters.First;
        for (int index = 0; index < PartiesOfRound() - 1; index++)
        {
            ThrowIfNone(place);
            change.Set(ref _waiters[place].Ticket, (_head->Round * Parties) + index);
            change.Commit();   // killed here: some have numbers, which the break that follows makes void
            place = _waiters.Next(place);
        }

        return place;
    }

    /// <param name="place">A place, or a count, that contradicts the rest of the list's memory.</param>
    private static void ThrowIfNone(int place)
    {
        if (place <= 0)
        {
            throw SharedWaitList.Damaged("the list of waiters is shorter than their number");
        }
    }

    private int IndexOf(long ticket) => (int)(ticket % PartiesOfRound());

    private int PartiesOfRound() => Parties > 0 ? Parties : throw SharedWaitList.Damaged($"a round has {Parties} parties");

    /// <summary>Removes the places of dead processes; if one of them counted, the barrier is broken.</summary>
    /// <returns>Whether it was broken by this call.</returns>
    private bool RemoveDead(in SharedGate.Scope change, in DeathWatch deaths)
    {
        _waiters.BeginSearch();
        bool counted = _head->Acting != 0 && deaths.IsDead(_head->Acting);
        if (counted)
        {
            Break(change, Why.PartyDied);
        }

        for (int place = 1; place <= _waiters.Highest; place++)
        {
            if (!_waiters.IsDead(deaths, place))
            {
                continue;
            }

            if (_waiters[place].Epoch == _head->Breaks && _waiters.StateOf(place) is NodeState.Waiting or NodeState.Acting)
            {
                counted = true;
                // before its place is freed: if killed between the two, the next search finds the place, now from an earlier time
                Break(change, Why.PartyDied);
            }

            _waiters.Free(change, place);
            change.Commit();                    // killed here, or before any other place: the next search continues with the rest
        }

        return counted;
    }

    /// <summary>One party's wait.</summary>
    internal struct Rule(SharedBarrierCore barrier, BarrierParty party) : IPersonalRule
    {
        private readonly SharedWaitList _waiters = barrier._waiters;
        private DeathWatch _deaths;

        private readonly bool IsUndecided =>
            _waiters.StateOf(party.Place) == NodeState.Waiting && Volatile.Read(ref barrier._head->Breaks) == party.Breaks;

        public bool TryTake(out FutexPoint sleepOn)
        {
            sleepOn = _waiters.Watch();
            if (IsUndecided && !_waiters.IsTimeToSearch)
            {
                return false;
            }

            if (!_waiters.Gate.TryEnter(out SharedGate.Scope change, out FutexPoint gateSleepOn))
            {
                sleepOn = gateSleepOn;
                return false;
            }

            bool isBroken = false;
            bool isBrokenNow = false;
            using (change)
            {
                if (IsUndecided)
                {
                    _deaths.Begin();
                    isBrokenNow = barrier.RemoveDead(change, _deaths);
                }

                if (IsUndecided)
                {
                    return false;
                }

                isBroken = !TrySettle(change);
            }

            if (isBrokenNow)
            {
                _waiters.WakeAll();
            }

            return isBroken ? throw BrokenFor((Why)barrier._head->Why) : true;
        }

        public readonly void GiveUp()
        {
            using SharedGate.Scope change = _waiters.Gate.Enter();
            if (IsUndecided)
            {
                party.TicketAtEnd = _waiters[party.Place].Ticket;
                _waiters.Leave(change, party.Place);
            }
            else
            {
                TrySettle(change);
            }
        }

        /// <summary>Reads how the wait ended, and frees the place.</summary>
        /// <returns>False if it was broken.</returns>
        private readonly bool TrySettle(in SharedGate.Scope change)
        {
            NodeState state = _waiters.StateOf(party.Place);
            long ticket = _waiters[party.Place].Ticket;
            _waiters.Free(change, party.Place);
            if (state == NodeState.Granted)
            {
                party.Release(barrier.IndexOf(ticket));
            }
            else if (state == NodeState.Acting)
            {
                party.Appoint(ticket);
            }

            return state != NodeState.Waiting;
        }
    }

    [StructLayout(LayoutKind.Sequential, Size = WaitersAt)]
    private struct Head
    {
        public long Round;         // guarded by the list's gate, like all but the last two; a break ends the round too
        public int Breaks;         // counts breaks and resets; its waiters read it outside too
        public int Acting;         // token of the process whose party is the last of the round; 0: the round is not full
        public int Why;            // a Why
        public int Parties;        // written by its creator
        public long TimeoutTicks;  // written by its creator
    }
}
