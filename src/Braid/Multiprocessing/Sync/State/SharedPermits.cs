using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The permits inside every semaphore that processes share, and how many each process holds.</summary>
/// <remarks>
/// <para>
/// Everything is under one <see cref="SharedGate"/>, so a process killed in the middle of taking or giving has not begun. A caller that
/// finds no permit checks for accounts of dead processes, releases what they held, and no longer counts them as waiting.
/// </para>
/// <para>
/// The free permits and those on accounts add up to what was put in: the initial permits, and those given by callers that had not taken
/// them. Taking moves a permit to an account, a death moves those of an account back, and giving deducts first from the giver's own
/// account, then from those of others; only if all are empty is a permit new. So no death creates more permits than were put in, even if
/// one process takes and another gives. Nothing says whose permit a third process releases, so it is deducted from any account; if that
/// was the wrong one, and its owner is killed, a permit is missing until the process that really passed its permit on has ended too. Too
/// few is the safe side.
/// </para>
/// </remarks>
internal sealed unsafe class SharedPermits
{
    /// <summary>Memory that it takes, initially zeroes.</summary>
    public const int Bytes = AccountsAt + SharedAccounts.Bytes;

    private const int StateAt = SharedGate.Bytes;
    internal const int AccountsAt = StateAt + 64;

    private readonly SharedGate _gate;
    private readonly State* _state;
    private readonly SharedAccounts _accounts;   // guarded by _gate

    public SharedPermits(Segment segment)
    {
        _gate = new SharedGate(segment, 0);
        _state = (State*)(segment.Data + StateAt);
        _accounts = new SharedAccounts(segment, AccountsAt);
    }

    // Orders: Value and Waiting change inside the gate. A read outside is a reason to enter it, or a number for display; whether a wake is
    // needed is decided by Waiting as read inside, and a sleeper sleeps only while the kernel finds Value still 0.
    public int Value => Volatile.Read(ref _state->Value);

    public int WaiterCount => Volatile.Read(ref _state->Waiting);

    public int Limit => _state->Limit;

    /// <summary>Called before it is shared.</summary>
    public void Initialize(int value, int limit) => (_state->Value, _state->Limit) = (value, limit);

    /// <summary>One unannounced attempt.</summary>
    public bool TryTakeNow()
    {
        if (Value == 0 || !_gate.TryEnter(out SharedGate.Scope change, out _))
        {
            return false;
        }

        bool isTaken;
        int others;
        using (change)
        {
            bool isRestored = SettleOwnSlot(change);
            isTaken = TryTakeInside(change, wasAnnounced: false);
            others = isRestored ? Math.Min(_state->Value, _state->Waiting) : 0;
        }

        Wake(others);
        return isTaken;
    }

    public bool TryTakeSpinning()
    {
        for (int turn = 0; turn < Spinning.WaitTurns; turn++)
        {
            Spinning.Pause();
            if (Value > 0 && TryTakeNow())
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Gives permits back. A process killed while it gives several may have given some of them.</summary>
    /// <returns>How many sleepers <see cref="Wake"/> must wake.</returns>
    /// <exception cref="SemaphoreFullException">There would be too many. Nothing changes.</exception>
    public int Give(int n)
    {
        using SharedGate.Scope change = _gate.Enter();
        bool isRestored = SettleOwnSlot(change);
        if (n > Limit - _state->Value)
        {
            throw new SemaphoreFullException(
                $"Releasing {n} would make {(long)_state->Value + n} permits of at most {Limit}: it was released more often than " +
                "acquired.");
        }

        int given = Math.Min(n, _accounts.Held);
        _accounts.Add(change, -given, 0);
        change.Set(ref _state->Value, _state->Value + given);
        for (int left = n - given; left > 0; left -= given)
        {
            change.Commit();   // the log has no room for the accounts of many
            given = _accounts.TakeFromAnother(change, left) is > 0 and int taken ? taken : left;
            change.Set(ref _state->Value, _state->Value + given);
        }

        return Math.Min(isRestored ? _state->Value : n, _state->Waiting);
    }

    /// <summary>
    /// Wakes that many waiters, unless all permits are taken again: waiters are counted, so the holder of a permit wakes one when it
    /// releases it.
    /// </summary>
    public void Wake(int sleepers)
    {
        if (sleepers > 0 && Value > 0)
        {
            KillPoint.Reach(KillPoint.PermitsGiven);   // killed here: waiters find the permits at the end of their slice
            Futex.Wake(&_state->Value, sleepers);
        }
    }

    private bool TryTakeInside(in SharedGate.Scope change, bool wasAnnounced)
    {
        if (_state->Value == 0)
        {
            return false;
        }

        change.Set(ref _state->Value, _state->Value - 1);
        _accounts.Add(change, 1, wasAnnounced ? -1 : 0);
        if (wasAnnounced)
        {
            change.Set(ref _state->Waiting, _state->Waiting - 1);
        }

        return true;
    }

    /// <returns>
    /// Whether a dead process had this process's slot: its permits were given back, and there may be a waiter to wake for them.
    /// </returns>
    private bool SettleOwnSlot(in SharedGate.Scope change)
    {
        bool isStale = _accounts.IsStale;
        if (isStale)
        {
            Settle(change, default);
        }

        return isStale;
    }

    /// <summary>Gives back the permits of dead processes.</summary>
    private void Settle(in SharedGate.Scope change, in DeathWatch deaths)
    {
        int restored = 0;
        while (_accounts.TryClose(change, deaths, out int held, out int waiting))
        {
            restored += held;
            change.Set(ref _state->Value, (int)Math.Min(Limit, (long)_state->Value + held));
            change.Set(ref _state->Waiting, _state->Waiting - waiting);
            change.Commit();   // killed after it: the next search finds the remaining accounts
        }

        if (restored > 0 && BraidEventSource.Log.IsEnabled())
        {
            // On another thread: a listener is user code, and must not run inside.
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(BraidEventSource.Log.PermitsRestored, restored, preferLocal: false);
        }
    }

    /// <summary>One wait for a permit.</summary>
    internal struct Rule(SharedPermits permits) : ISharedRule
    {
        private DeathWatch _deaths;
        private bool _isAnnounced;

        public bool TryTake(out FutexPoint sleepOn)
        {
            if (!permits._gate.TryEnter(out SharedGate.Scope change, out sleepOn))
            {
                return false;
            }

            State* state = permits._state;
            bool isTaken;
            int others;
            using (change)
            {
                if (state->Value == 0 || permits._accounts.IsStale)
                {
                    _deaths.Begin();
                    permits.Settle(change, _deaths);
                }

                isTaken = permits.TryTakeInside(change, _isAnnounced);
                if (!isTaken && !_isAnnounced)
                {
                    permits._accounts.Add(change, 0, 1);
                    change.Set(ref state->Waiting, state->Waiting + 1);
                }

                others = Math.Min(state->Value, state->Waiting);
            }

            _isAnnounced = !isTaken;
            sleepOn = new FutexPoint(&state->Value, 0);
            permits.Wake(others);     // several permits were given back, by one release or one death
            return isTaken;
        }

        public void GiveUp()
        {
            if (!_isAnnounced)
            {
                return;
            }

            _isAnnounced = false;
            State* state = permits._state;
            int others;
            using (SharedGate.Scope change = permits._gate.Enter())
            {
                permits._accounts.Add(change, 0, -1);
                change.Set(ref state->Waiting, state->Waiting - 1);
                others = Math.Min(state->Value, state->Waiting);
            }

            permits.Wake(others);
        }
    }

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct State
    {
        public int Value;     // guarded by the gate; what waiters sleep on while it is 0
        public int Waiting;   // guarded by the gate: the sum of the accounts
        public int Limit;     // written by its creator
    }
}
