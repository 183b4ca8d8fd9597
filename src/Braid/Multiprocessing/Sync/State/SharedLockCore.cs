using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The lock inside every lock that processes share: one word of eight bytes in a segment.</summary>
/// <remarks>
/// <para>Values of the word, on whose lower half waiters sleep:</para>
/// <code>
///   upper half   lower half              meaning
///   0            0                       free: any thread may take it with one compare-exchange
///   0            token                   a plain lock held by that process
///   number       token                   a re-entrant lock held by a thread of that process: the upper half of its identity
///   as above     token and waiters bit   and a thread may sleep: the release wakes one
/// </code>
/// <para>
/// Protocol (Drepper's "mutex 2"): a thread that cannot take the lock sets the bit and sleeps; a thread that slept sets it again when it
/// takes the lock, because others may still be asleep. A release that finds the bit clears the word and wakes one sleeper; if another
/// thread has taken the lock meanwhile, it sets the bit in that holder's word instead, whose release then wakes. So at no moment does a
/// thread sleep that no other thread would wake, except for deaths: a releaser killed before the wake, or a woken thread killed before it
/// sets the bit again, leaves the others to find the lock free, or to set the bit, at the end of their slice.
/// </para>
/// <para>
/// Waiters detect a dead owner. One of them replaces the whole word by its own with a compare-exchange, so exactly one waiter takes over,
/// and it is told by an exception.
/// </para>
/// <para>
/// Memory: taking is a compare-exchange of <c>Word</c> (acquire), releasing an exchange of it (release), so what the holder wrote is
/// visible to the next one. A read of <c>Word</c> alone chooses what to try; the compare-exchange that follows fails if the word has
/// changed, and the kernel compares it once more before a sleep begins. <c>Waiters</c> is for display, and orders nothing.
/// </para>
/// </remarks>
internal readonly unsafe struct SharedLockCore(Segment segment, long offset)
{
    /// <summary>Memory that a lock takes, initially zeroes.</summary>
    public const int Bytes = 64;

    private const long WaitersBit = 1L << 30;
    private const long TokenMask = WaitersBit - 1;

    private readonly State* _state = (State*)(segment.Data + offset);

    public bool IsHeld => Volatile.Read(ref _state->Word) != 0;

    /// <summary>The process that holds it; 0 if none does, or if it is not known.</summary>
    public int HolderPid =>
        (int)(Volatile.Read(ref _state->Word) & TokenMask) is not 0 and int owner ? ProcessTable.Current.LastPidOf(owner) : 0;

    /// <summary>
    /// How many threads of all processes, and heads of awaiting lines, wait. For display and tests: a waiter that was killed remains
    /// counted.
    /// </summary>
    public int WaiterCount => Volatile.Read(ref _state->Waiters);

    /// <summary>How often the holder has acquired it; the holder's own.</summary>
    public ref int Depth => ref _state->Depth;

    /// <summary>Whether the word is the caller's. Exact without a fence: only the caller can make it so or end it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsHeldBy(long me) => (Volatile.Read(ref _state->Word) & ~WaitersBit) == me;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTakeNow(long me) => Interlocked.CompareExchange(ref _state->Word, me, 0) == 0;

    /// <summary>Spins while it is held, before the wait has to be announced.</summary>
    public bool TryTakeSpinning(long me)
    {
        for (int turn = 0; turn < Spinning.WaitTurns; turn++)
        {
            Spinning.Pause();
            if (Volatile.Read(ref _state->Word) == 0 && TryTakeNow(me))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Releases the lock that <paramref name="me"/> holds if no thread sleeps for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReleaseNow(long me) => Interlocked.CompareExchange(ref _state->Word, 0, me) == me;

    /// <summary>Releases, whichever thread holds it.</summary>
    /// <param name="mustWake">Whether a thread may be asleep: <see cref="WakeOne"/> must follow.</param>
    /// <returns>False if it is not held.</returns>
    public bool Release(out bool mustWake)
    {
        long word = Interlocked.Exchange(ref _state->Word, 0);
        KillPoint.Reach(KillPoint.LockReleased);   // killed here: the lock is free, and sleepers find it so at the end of their slice
        mustWake = (word & WaitersBit) != 0;
        return word != 0;
    }

    /// <summary>
    /// Wakes a sleeper, or leaves that to the thread that holds the lock by now: a sleeper woken while the lock is held would only go back
    /// to sleep.
    /// </summary>
    public void WakeOne()
    {
        long word = Volatile.Read(ref _state->Word);
        while (word != 0 && (word & WaitersBit) == 0)
        {
            long found = Interlocked.CompareExchange(ref _state->Word, word | WaitersBit, word);
            if (found == word)
            {
                return;
            }

            word = found;
        }

        if (word == 0)
        {
            Futex.Wake(SleepWord);
        }
    }

    private int* SleepWord => (int*)&_state->Word;   // the lower half: little-endian, as every system that .NET runs on

    /// <summary>One wait for a lock.</summary>
    internal struct Rule(SharedLockCore core, long me) : ISharedRule
    {
        private DeathWatch _deaths;
        private bool _isAnnounced;

        public bool TryTake(out FutexPoint sleepOn)
        {
            sleepOn = default;
            State* state = core._state;
            while (true)
            {
                long word = Volatile.Read(ref state->Word);
                int owner = (int)(word & TokenMask);
                bool isDead = owner != 0 && IsDead(owner);
                bool isForTaking = word == 0 || isDead;
                long next = !isForTaking ? word | WaitersBit : _isAnnounced || isDead ? me | WaitersBit : me;
                if (Interlocked.CompareExchange(ref state->Word, next, word) != word)
                {
                    continue;
                }

                if (!isForTaking)
                {
                    Announce();
                    sleepOn = new FutexPoint(core.SleepWord, (int)next);
                    return false;
                }

                KillPoint.Reach(KillPoint.LockTaken);   // killed here: it dies as the holder, and one too many is counted as waiting
                // the holder's; a death before it leaves the depth of the last holder, which the next holder overwrites here
                state->Depth = 1;
                Withdraw();
                return isDead ? throw new AbandonedLockException(ProcessTable.Current.LastPidOf(owner)) : true;
            }
        }

        public void GiveUp()
        {
            Withdraw();
            core.WakeOne();
        }

        private bool IsDead(int owner)
        {
            _deaths.Begin();
            return _deaths.IsDead(owner);
        }

        private void Announce()
        {
            if (!_isAnnounced)
            {
                _isAnnounced = true;
                Interlocked.Increment(ref core._state->Waiters);
                KillPoint.Reach(KillPoint.WaitAnnounced);   // killed here: it remains counted, which affects only the display
            }
        }

        private void Withdraw()
        {
            if (_isAnnounced)
            {
                _isAnnounced = false;
                Interlocked.Decrement(ref core._state->Waiters);
            }
        }
    }

    [StructLayout(LayoutKind.Sequential, Size = Bytes)]
    private struct State
    {
        public long Word;     // any process, by the table above
        public int Waiters;   // any process, interlocked
        public int Depth;     // the holder
    }
}
