using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>How a place in a wait list stands.</summary>
internal enum Place
{
    /// <summary>Free.</summary>
    Free,

    /// <summary>A waiter is enqueued there.</summary>
    Waiting,

    /// <summary>Whoever waits there may go on, and is enqueued no longer.</summary>
    Granted,

    /// <summary>Whoever waits there is to act for the others, and is enqueued no longer.</summary>
    Acting,
}

/// <summary>Waiters that are granted something by name: a list of places in a segment, in order of arrival.</summary>
/// <remarks>
/// <para>
/// All of it is guarded by a <see cref="SharedGate"/>, and every method that wants a scope is to be called inside; only a place's state and
/// the version are also read outside, by waiters. A waiter sleeps on the state of its own place, or on the version, which
/// changes with everything that is given and serves waiters that watch many lists at once.
/// </para>
/// <para>
/// A place names its process, so what a dead one has left is found, by whoever looks first: the list is searched at most once in 40 ms,
/// however many wait. What a dead waiter means is decided by the primitive.
/// </para>
/// <para>
/// A process may have written nonsense over the list. So every place that was read there is checked before it is used, and a walk along
/// the list counts its steps: no access leaves its memory, and no walk is endless.
/// </para>
/// </remarks>
internal sealed unsafe class SharedWaitList
{
    /// <summary>Memory that it takes, all zeroes at first; pages exist as far as places were needed.</summary>
    public const int Bytes = HeadBytes + ((MaxPlaces + 1) * RecordBytes);

    private const int HeadBytes = SharedGate.Bytes + 64;
    private const int RecordBytes = 32;
    private const int MaxPlaces = 65535;
    private const int ScanMilliseconds = 40;

    // Orders: all is written inside the gate, by release-stores. State and Version are read outside: a waiter that reads its grant reads the ticket
    // stored before it, and one that sleeps on a word sleeps only while the kernel finds it unchanged. Count outside is a number for display. Watchers is
    // read after the grant's gate was left, a full fence; whoever watches was counted inside, before it read Version, so one of the two sees the
    // other. SearchedAt only spares searches: a lost write costs one more.
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

    /// <summary>How many have come so far.</summary>
    public long Arrivals => _head->Arrivals;

    /// <summary>Whether a search for dead waiters is due.</summary>
    public bool IsTimeToSearch => Environment.TickCount64 - Volatile.Read(ref _head->SearchedAt) >= ScanMilliseconds;

    public ref Record this[int place] => ref _records[place];

    /// <summary>The one behind a place in the order; 0 when there is none.</summary>
    public int Next(int place) => Checked(_records[place].Next);

    public Place StateOf(int place) => (Place)Volatile.Read(ref _records[place].State);

    /// <summary>To sleep on until a certain place changes.</summary>
    public FutexPoint WatchPlace(int place, Place state) => new(&_records[place].State, (int)state);

    /// <summary>To sleep on until anything is given. To be taken before the look that finds nothing.</summary>
    public FutexPoint Watch() => new(&_head->Version, Volatile.Read(ref _head->Version));

    /// <summary>Enqueues the caller.</summary>
    /// <exception cref="InvalidOperationException">Too many wait.</exception>
    public int Enter(in SharedGate.Scope change, long ticket, int epoch, bool watchesAll)
    {
        int place = TakeFree(change);
        ref Record record = ref _records[place];
        change.Set(ref record.Token, _self);
        change.Set(ref record.State, (int)Place.Waiting);
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
    public void Grant(in SharedGate.Scope change, int place, Place state, long ticket)
    {
        Unlink(change, place);
        change.Set(ref _records[place].Ticket, ticket);
        change.Set(ref _records[place].State, (int)state);
        change.Set(ref _head->Version, _head->Version + 1);
    }

    /// <summary>Takes one out that is enqueued.</summary>
    public void Leave(in SharedGate.Scope change, int place)
    {
        Unlink(change, place);
        Free(change, place);
    }

    /// <summary>Gives a place back that is not enqueued any more.</summary>
    public void Free(in SharedGate.Scope change, int place)
    {
        ref Record record = ref _records[place];
        change.Set(ref record.Token, 0);
        change.Set(ref record.State, (int)Place.Free);
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

    /// <summary>Notes that the list is being searched.</summary>
    public void BeginSearch() => Volatile.Write(ref _head->SearchedAt, Environment.TickCount64);

    public bool IsDead(in DeathWatch deaths, int place) => _records[place].Token != 0 && deaths.IsDead(_records[place].Token);

    /// <summary>Wakes the sleeper on that place, and those that watch all places.</summary>
    public void Wake(int place)
    {
        KillPoint.Reach(KillPoint.PlaceGranted);   // killed here: its waiter finds what it was given at the end of its slice
        Futex.Wake(&_records[place].State);
        if (Volatile.Read(ref _head->Watchers) > 0)
        {
            WakeAll();
        }

        GC.KeepAlive(this);   // and with it the memory, until it was read
    }

    /// <summary>Wakes all who watch for anything.</summary>
    public void WakeAll()
    {
        KillPoint.Reach(KillPoint.PlaceGranted);   // as above
        Futex.Wake(&_head->Version, int.MaxValue);
    }

    /// <summary>That what lies in its memory cannot be.</summary>
    public static InvalidDataException Damaged(string what) =>
        new($"The shared memory of a {nameof(Condition)} or {nameof(Barrier)} is damaged: {what}. A process that has it has written where it should not. Make another one.");

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
            throw Damaged("more leave it than wait there");   // else a list in a circle would be emptied without end
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
        public int Token;        // whose; 0: free
        public int State;        // a Place; read outside by its waiter, and slept on
        public long Ticket;      // for the primitive
        public int Next;         // the neighbours in the list of those enqueued, or of the free places
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
        public int Version;      // counted up with everything that is given; slept on
        public long Arrivals;
        public long SearchedAt;  // milliseconds since the machine started; any process, unguarded: it only spares work
    }
}
