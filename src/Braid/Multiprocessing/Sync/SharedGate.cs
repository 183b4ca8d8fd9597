using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Guards the few instructions in which processes change something together. A change under it is made whole or not at all.</summary>
/// <remarks>
/// <para>
/// It lives in a segment and survives its holders: whoever is killed inside leaves its token in the word, and the next to come takes the
/// gate over, undoes what the dead had begun, and goes on. A process that is only stopped keeps the gate.
/// </para>
/// <code>
///   word: owner's token   waiters bit   meaning
///         0               0             free: taken by one compare-exchange
///         token           0             held; left by one exchange
///         token           1             held, and somebody may sleep: who leaves wakes one
/// </code>
/// <para>
/// The log. Before a word is overwritten its place and old value go into the log, and the log's count is stored after them and before
/// the new value; each is a release-store, so in whatever instruction the writer dies, what it has overwritten is in the log. Leaving
/// stores a count of zero: that one store makes the change valid. Who takes over writes the old values back from last to first; if it
/// dies in turn, the next begins again, for writing them twice does no harm. Compare the undo log of a database.
/// </para>
/// <para>
/// Memory: taking is an acquire and leaving a release, so what is guarded is plain to those inside. A sleeper wakes every 50 ms and
/// looks whether the owner lives; that also heals the wake that a killed process did not pass on.
/// </para>
/// </remarks>
internal sealed unsafe class SharedGate
{
    /// <summary>Memory that a gate takes, all zeroes at first.</summary>
    public const int Bytes = 320;

    private const int WaitersBit = 1 << 30;
    private const int OwnerMask = WaitersBit - 1;
    private const int LogLength = 16;
    private const int IsLong = 1;   // set in an entry's place, which is a multiple of 4

    private readonly Segment _segment;
    private readonly State* _state;
    private readonly int _self = Family.Self;
    private DeathWatch _deaths;     // any thread; a lost write costs one look more

    public SharedGate(Segment segment, long offset)
    {
        _segment = segment;
        _state = (State*)(segment.Data + offset);
    }

    /// <summary>The token of the process that is inside; 0 when nobody is.</summary>
    public int Owner => Volatile.Read(ref _state->Word) & OwnerMask;

    /// <summary>Enters, however long it takes.</summary>
    public Scope Enter()
    {
        TryEnter(Deadline.Never, out Scope scope);
        return scope;
    }

    /// <returns>Whether it was entered; false when the time was up.</returns>
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

    /// <summary>Enters if that takes no sleep. After false a wake comes on the given word.</summary>
    public bool TryEnter(out Scope scope, out FutexPoint sleepOn)
    {
        scope = new Scope(this);
        sleepOn = default;
        return Interlocked.CompareExchange(ref _state->Word, _self, 0) == 0 || TryEnterSlow(out sleepOn);
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
            int next = (isForTaking ? _self : word) | WaitersBit;   // who takes it here may have slept beside others
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
        if ((Interlocked.Exchange(ref _state->Word, 0) & WaitersBit) != 0)
        {
            Futex.Wake(&_state->Word);
        }

        GC.KeepAlive(_segment);
    }

    private void Commit() => Volatile.Write(ref _state->Logged, 0);   // after every new value

    private void Log(void* place, long old, int isLong)
    {
        int logged = _state->Logged;
        Debug.Assert(logged < LogLength && (_state->Word & OwnerMask) == _self);
        Entry* entry = &_state->FirstEntry + logged;
        entry->Place = ((byte*)place - _segment.Data) | (long)isLong;
        entry->Old = old;
        Volatile.Write(ref _state->Logged, logged + 1);   // after the entry, before the new value
    }

    private void Undo()
    {
        for (int logged = _state->Logged; logged > 0; logged--)
        {
            Entry entry = (&_state->FirstEntry)[logged - 1];
            byte* place = _segment.Data + (entry.Place & ~(long)IsLong);
            if ((entry.Place & IsLong) != 0)
            {
                *(long*)place = entry.Old;
            }
            else
            {
                *(int*)place = (int)entry.Old;
            }
        }

        Commit();
    }

    /// <summary>The stay inside. Its end makes the change valid and leaves.</summary>
    internal readonly ref struct Scope(SharedGate gate)
    {
        /// <summary>Changes a word of the gate's segment; up to 16 between two commits.</summary>
        public void Set(ref int place, int value)
        {
            gate.Log(Unsafe.AsPointer(ref place), place, 0);
            Volatile.Write(ref place, value);
        }

        /// <inheritdoc cref="Set(ref int, int)"/>
        public void Set(ref long place, long value)
        {
            gate.Log(Unsafe.AsPointer(ref place), place, IsLong);
            Volatile.Write(ref place, value);
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
        public Entry FirstEntry;   // and those behind it; written inside
    }

    private struct Entry
    {
        public long Place;   // offset in the segment's data; its lowest bit says that the word is a long one
        public long Old;
    }
}
