using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>
/// Guards the few instructions in which processes change something together. A change under it is made completely or not at all.
/// </summary>
/// <remarks>
/// <para>
/// It lives in a segment and survives its holders: a process that is killed inside leaves its token in the word, and the next to enter
/// takes the gate over, undoes what the dead process had begun, and goes on. A process that is merely stopped keeps the gate.
/// </para>
/// <code>
///   word: owner's token   waiters bit   meaning
///         0               0             free: taken by one compare-exchange
///         token           0             held; left by one exchange
///         token           1             held, and a thread may be asleep: the release wakes one
/// </code>
/// <para>
/// The log. Before a word is overwritten, its place and old value go into the log, and then, before the new value, the log's count is
/// stored; each is a release-store, so in whatever instruction the writer dies, what it has overwritten is in the log. Leaving stores a
/// count of zero: that one store makes the change valid. The process that takes over writes the old values back from last to first; if it
/// dies in turn, the next begins again, since writing them twice does no harm. Compare the undo log of a database.
/// </para>
/// <para>
/// Memory: entering exchanges <c>Word</c>, an acquire, and leaving does too, a release, so what is guarded is plain memory to those inside.
/// A read of <c>Word</c> alone chooses what to try; the compare-exchange that follows fails if the word has changed. Each
/// <see cref="Scope.Set(ref int, int)"/> stores its <c>place</c> as a release, after the log's count, so the process that takes over never
/// sees a new value whose old one is not in the log. A sleeper wakes every 50 ms and checks whether the owner lives; that also recovers a
/// wake that a killed process did not pass on.
/// </para>
/// </remarks>
internal sealed unsafe class SharedGate
{
    /// <summary>Memory that a gate takes, initially zeroes.</summary>
    public const int Bytes = 320;

    /// <summary>How many words may be changed between two commits.</summary>
    public const int LogLength = 16;

    private const int WaitersBit = 1 << 30;
    private const int OwnerMask = WaitersBit - 1;
    private const int IsLong = 1;   // set in an entry's place, which is a multiple of 4

    private readonly Segment _segment;
    private readonly State* _state;
    private readonly int _self = ProcessTable.Self;
    private DeathWatch _deaths;     // any thread; a lost write costs one more check

    public SharedGate(Segment segment, long offset)
    {
        _segment = segment;
        _state = (State*)(segment.Data + offset);
    }

    /// <summary>The token of the process that is inside; 0 for none.</summary>
    public int Owner => Volatile.Read(ref _state->Word) & OwnerMask;

    /// <summary>Enters, however long it takes.</summary>
    public Scope Enter()
    {
        TryEnter(Deadline.Never, out Scope scope);
        return scope;
    }

    /// <returns>Whether it was entered; false if the time was up.</returns>
    public bool TryEnter(Deadline deadline, out Scope scope)
    {
        while (!TryEnter(out scope, out FutexPoint sleepOn))
        {
            int left = deadline.MillisecondsLeft;
            if (left == 0)
            {
                return false;
            }

            sleepOn.Sleep(left < 0 ? SharedWait.SliceMilliseconds : Math.Min(left, SharedWait.SliceMilliseconds));
        }

        return true;
    }

    /// <summary>Enters if that takes no sleep. If it returns false, a wake will come on the given word.</summary>
    public bool TryEnter(out Scope scope, out FutexPoint sleepOn)
    {
        scope = new Scope(this);
        sleepOn = default;
        if (Interlocked.CompareExchange(ref _state->Word, _self, 0) != 0 && !TryEnterSlow(out sleepOn))
        {
            return false;
        }

        KillPoint.Reach(KillPoint.GateEntered);   // killed here: the next to enter takes the gate over, with nothing to undo
        return true;
    }

    private bool TryEnterSlow(out FutexPoint sleepOn)
    {
        sleepOn = default;
        for (int turn = 0; turn < Spinning.GateTurns; turn++)
        {
            Spinning.Pause();
            if (Volatile.Read(ref _state->Word) == 0 && Interlocked.CompareExchange(ref _state->Word, _self, 0) == 0)
            {
                return true;
            }
        }

        _deaths.Begin();
        while (true)
        {
            int word = Volatile.Read(ref _state->Word);
            int owner = word & OwnerMask;
            bool isForTaking = owner == 0 || _deaths.IsDead(owner);
            int next = (isForTaking ? _self : word) | WaitersBit;   // a thread that takes it here may have slept beside others
            if (Interlocked.CompareExchange(ref _state->Word, next, word) != word)
            {
                continue;
            }

            if (!isForTaking)
            {
                sleepOn = new FutexPoint(&_state->Word, next);
                return false;
            }

            Undo();
            return true;
        }
    }

    private void Exit()
    {
        Commit();
        KillPoint.Reach(KillPoint.GateCommitted);   // killed here: the change is valid, and the gate is taken over
        if ((Interlocked.Exchange(ref _state->Word, 0) & WaitersBit) != 0)
        {
            KillPoint.Reach(KillPoint.GateLeft);    // killed here: the sleepers find the gate free at the end of their slice
            Futex.Wake(&_state->Word);
        }

        GC.KeepAlive(_segment);
    }

    private void Commit() => Volatile.Write(ref _state->Logged, 0);   // after every new value

    private void Log(void* place, long old, int isLong)
    {
        int logged = _state->Logged;
        if ((uint)logged >= LogLength)
        {
            Undo();   // so that leaving the gate makes nothing valid
            throw new InvalidOperationException(
                $"A change of more than {LogLength} words is not possible under one gate, because no more can be undone when its process " +
                "dies. This is a bug in Braid, or another process has written over the shared memory.");
        }

        AssertInvariants();
        Entry* entry = &_state->FirstEntry + logged;
        entry->Place = ((byte*)place - _segment.Data) | (long)isLong;
        entry->Old = old;
        KillPoint.Reach(KillPoint.GateLogging);           // killed here: the entry does not count, and nothing was changed yet
        Volatile.Write(ref _state->Logged, logged + 1);   // after the entry, before the new value
        KillPoint.Reach(KillPoint.GateLogged);            // killed here: the old value is written over itself
    }

    /// <summary>
    /// Called before a change: this process is inside, and its changes so far can be undone. Checked nowhere else, because any process may
    /// overwrite a gate, which is no fault of this one.
    /// </summary>
    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(Owner == _self, "a change without the gate");
        for (int entry = 0; entry < _state->Logged; entry++)
        {
            long place = (&_state->FirstEntry)[entry].Place & ~(long)IsLong;
            Debug.Assert(
                (ulong)place <= (ulong)(_segment.DataBytes - sizeof(long)) && (place & 3) == 0,
                "an entry of the log that cannot be undone");
        }
    }

    private void Undo()
    {
        for (int logged = Math.Clamp(_state->Logged, 0, LogLength); logged > 0; logged--)
        {
            Entry entry = (&_state->FirstEntry)[logged - 1];
            long place = entry.Place & ~(long)IsLong;
            if ((ulong)place > (ulong)(_segment.DataBytes - sizeof(long)))
            {
                continue;   // not an entry of Braid's: another process has overwritten it
            }

            if ((entry.Place & IsLong) != 0)
            {
                *(long*)(_segment.Data + place) = entry.Old;
            }
            else
            {
                *(int*)(_segment.Data + place) = (int)entry.Old;
            }

            KillPoint.Reach(KillPoint.GateUndoing);   // killed here: the next to enter undoes it once more, which does no harm
        }

        Commit();
    }

    /// <summary>The stay inside. Its end makes the change valid and leaves the gate.</summary>
    internal readonly ref struct Scope(SharedGate gate)
    {
        /// <summary>Changes a word of the gate's segment; up to 16 between two commits.</summary>
        public void Set(ref int place, int value)
        {
            gate.Log(Unsafe.AsPointer(ref place), place, 0);
            Volatile.Write(ref place, value);
            KillPoint.Reach(KillPoint.GateChanged);   // killed here: it is undone
        }

        /// <inheritdoc cref="Set(ref int, int)"/>
        public void Set(ref long place, long value)
        {
            gate.Log(Unsafe.AsPointer(ref place), place, IsLong);
            Volatile.Write(ref place, value);
            KillPoint.Reach(KillPoint.GateChanged);   // as above
        }

        /// <summary>Makes the change so far valid, and begins another.</summary>
        public void Commit() => gate.Commit();

        public void Dispose() => gate.Exit();
    }

    [StructLayout(LayoutKind.Sequential, Size = Bytes)]
    private struct State
    {
        public int Word;           // any process, by the table above
        public int Logged;         // written inside; how many entries of the log are valid
        public Entry FirstEntry;   // and the following ones; written inside
    }

    private struct Entry
    {
        public long Place;   // offset in the segment's data; its lowest bit marks a 64-bit word
        public long Old;
    }
}
