using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The state of a place in a wait list.</summary>
internal enum NodeState
{
    /// <summary>Free.</summary>
    Free,

    /// <summary>A waiter is enqueued there.</summary>
    Waiting,

    /// <summary>Its waiter may go on, and is no longer enqueued.</summary>
    Granted,

    /// <summary>Its waiter is to act for the others, and is no longer enqueued.</summary>
    Acting,
}

/// <summary>Waiters to which something is granted by name: a list of places in a segment, in order of arrival.</summary>
/// <remarks>
/// <para>
/// All of it is guarded by a <see cref="SharedGate"/>, and every method that takes a scope must be called inside; only a place's state and
/// the version are also read outside, by waiters. A waiter sleeps on the state of its own place, or on the version, which changes with
/// every grant and serves waiters that watch many lists at once.
/// </para>
/// <para>
/// A place names its process, so any waiter can find what a dead process has left: the list is searched at most once in 40 ms, however many
/// wait. The primitive decides what a dead waiter means.
/// </para>
/// <para>
/// A process may have overwritten the list with nonsense. So every place read from it is checked before it is used, and a walk along the
/// list counts its steps: no access leaves its memory, and every walk ends.
/// </para>
/// </remarks>
internal sealed unsafe class SharedWaitList
{
    /// <summary>Memory that it takes, initially zeroes; pages exist only as far as places were needed.</summary>
    public const int Bytes = HeadBytes + ((MaxPlaces + 1) * RecordBytes);

    private const int HeadBytes = SharedGate.Bytes + 64;
    private const int RecordBytes = 32;
    private const int MaxPlaces = 65535;
    private const int ScanMilliseconds = 40;

    // Orders: everything is written inside the gate, by release-stores. State and Version are read outside: a waiter that reads its grant
    // reads the ticket stored before it, and one that sleeps on a word sleeps only while the kernel finds it unchanged. Count outside is a
    // number for display. Watchers is read after the gate of the grant was left, a full fence; a watcher was counted inside, before it read
    // Version, so one of the two sees the other. SearchedAt only saves searches: a lost write costs one more.
    private readonly Head* _head;
    private readonly Record* _records;   // the first is never used, so that 0 means none
    private readonly int _self = ProcessTable.Self;

    public SharedWaitList(Segment segment, long offset)
    {
        Gate = new SharedGate(segment, offset);
        _head = (Head*)(segment.Data + offset + SharedGate.Bytes);
        _records = (Record*)(segment.Data + offset + HeadBytes);
    }

    public SharedGate Gate { get; }

    /// <summary>How many are enqueued.</summary>
    public int Count => Volatile.Read(ref _head->Count);

    /// <summary>The first in order; 0 for none.</summary>
    public int First => Checked(_head->First);

    /// <summary>The highest place that was ever used.</summary>
    public int Highest => Checked(_head->High);

    /// <summary>How many have arrived so far.</summary>
    public long Arrivals => _head->Arrivals;

    /// <summary>Whether a search for dead waiters is due.</summary>
    public bool IsTimeToSearch => Environment.TickCount64 - Volatile.Read(ref _head->SearchedAt) >= ScanMilliseconds;

    public ref Record this[int place] => ref _records[place];

    /// <summary>The next place in the order; 0 if there is none.</summary>
    public int Next(int place) => Checked(_records[place].Next);

    public NodeState StateOf(int place) => (NodeState)Volatile.Read(ref _records[place].State);

    /// <summary>The word to sleep on until a given place changes.</summary>
    public FutexPoint WatchPlace(int place, NodeState state) => new(&_records[place].State, (int)state);

    /// <summary>The word to sleep on until anything is granted. Take it before the check that finds nothing.</summary>
    public FutexPoint Watch() => new(&_head->Version, Volatile.Read(ref _head->Version));

    /// <summary>Enqueues the caller.</summary>
    /// <exception cref="InvalidOperationException">Too many wait.</exception>
    public int Enter(in SharedGate.Scope change, long ticket, int epoch, bool watchesAll)
    {
        int place = TakeFree(change);
        ref Record record = ref _records[place];
        change.Set(ref record.Token, _self);
        change.Set(ref record.State, (int)NodeState.Waiting);
        change.Set(ref record.Ticket, ticket);
        change.Set(ref record.Epoch, epoch);
        change.Set(ref record.WatchesAll, watchesAll ? 1 : 0);
        change.Set(ref record.Next, 0);
        change.Set(ref record.Previous, _head->Last);
        change.Set(ref _head->Last == 0 ? ref _head->First : ref _records[Checked(_head->Last)].Next, place);
        change.Set(ref _head->Last, place);
        change.Set(ref _head->Count, _head->Count + 1);
        change.Set(ref _head->Watchers, _head->Watchers + record.WatchesAll);
        change.Set(ref _head->Arrivals, _head->Arrivals + 1);
        return place;
    }

    /// <summary>Releases an enqueued waiter. Then, outside, <see cref="Wake"/>.</summary>
    public void Grant(in SharedGate.Scope change, int place, NodeState state, long ticket)
    {
        Unlink(change, place);
        change.Set(ref _records[place].Ticket, ticket);
        change.Set(ref _records[place].State, (int)state);
        change.Set(ref _head->Version, _head->Version + 1);
    }

    /// <summary>Dequeues one waiter.</summary>
    public void Leave(in SharedGate.Scope change, int place)
    {
        Unlink(change, place);
        Free(change, place);
    }

    /// <summary>Frees a place that is no longer enqueued.</summary>
    public void Free(in SharedGate.Scope change, int place)
    {
        ref Record record = ref _records[place];
        change.Set(ref record.Token, 0);
        change.Set(ref record.State, (int)NodeState.Free);
        change.Set(ref record.Next, _head->Free);
        change.Set(ref _head->Free, place);
        change.Set(ref _head->Watchers, _head->Watchers - record.WatchesAll);
    }

    /// <summary>Dequeues all; they keep their places. Then, outside, <see cref="WakeAll"/>.</summary>
    public void ReleaseAll(in SharedGate.Scope change)
    {
        change.Set(ref _head->First, 0);
        change.Set(ref _head->Last, 0);
        change.Set(ref _head->Count, 0);
        change.Set(ref _head->Version, _head->Version + 1);
    }

    /// <summary>Records that the list is being searched.</summary>
    public void BeginSearch() => Volatile.Write(ref _head->SearchedAt, Environment.TickCount64);

    public bool IsDead(in DeathWatch deaths, int place) => _records[place].Token != 0 && deaths.IsDead(_records[place].Token);

    /// <summary>Wakes the sleeper on that place, and those that watch all places.</summary>
    public void Wake(int place)
    {
        KillPoint.Reach(KillPoint.PlaceGranted);   // killed here: its waiter finds the grant at the end of its slice
        Futex.Wake(&_records[place].State);
        if (Volatile.Read(ref _head->Watchers) > 0)
        {
            WakeAll();
        }

        GC.KeepAlive(this);   // keeps the memory alive until it was read
    }

    /// <summary>Wakes all that watch for any grant.</summary>
    public void WakeAll()
    {
        KillPoint.Reach(KillPoint.PlaceGranted);   // as above
        Futex.Wake(&_head->Version, int.MaxValue);
    }

    /// <summary>The contents of its memory are impossible.</summary>
    public static InvalidDataException Damaged(string what) =>
        new(
            $"The shared memory of a {nameof(Condition)} or {nameof(Barrier)} is damaged: {what}. A process that has it has written " +
            "where it should not. Make another one.");

    private int TakeFree(in SharedGate.Scope change)
    {
        int place = Checked(_head->Free);
        if (place != 0)
        {
            change.Set(ref _head->Free, _records[place].Next);
            return place;
        }

        if (Highest == MaxPlaces)
        {
            throw new InvalidOperationException($"{MaxPlaces} wait already; there is no room for another.");
        }

        change.Set(ref _head->High, _head->High + 1);
        return _head->High;
    }

    private void Unlink(in SharedGate.Scope change, int place)
    {
        int next = Next(place);
        int previous = Checked(_records[place].Previous);
        int waiting = _head->Count;
        if (waiting <= 0)
        {
            throw Damaged("more leave it than wait there");   // otherwise a cyclic list would be emptied without end
        }

        change.Set(ref previous == 0 ? ref _head->First : ref _records[previous].Next, next);
        change.Set(ref next == 0 ? ref _head->Last : ref _records[next].Previous, previous);
        change.Set(ref _head->Count, waiting - 1);
    }

    private static int Checked(int place) => (uint)place <= MaxPlaces ? place : throw Damaged($"it names place {place}, of {MaxPlaces}");

    /// <summary>A place. Written inside the gate.</summary>
    [StructLayout(LayoutKind.Sequential, Size = RecordBytes)]
    internal struct Record
    {
        public int Token;        // the owner's; 0: free
        public int State;        // a NodeState; read outside by its waiter, and slept on
        public long Ticket;      // for the primitive
        public int Next;         // the neighbours among the enqueued or the free places
        public int Previous;
        public int Epoch;        // for the primitive
        public int WatchesAll;   // 1: its waiter sleeps on the version
    }

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Head
    {
        public int First;
        public int Last;
        public int Count;
        public int Free;         // first of the free places
        public int High;
        public int Watchers;     // places whose waiters sleep on the version
        public int Version;      // incremented with every grant; slept on
        public long Arrivals;
        public long SearchedAt;  // milliseconds since the machine started; any process, unguarded: it only saves work
    }
}
