namespace Braid.Multiprocessing;

/// <summary>Messages in shared memory, first in, first out, for any number of processes on both sides, of which any may be killed at any instruction.</summary>
/// <remarks>
/// <para>
/// <em>Goals.</em> Every process can get a message once the put has returned. Whoever is killed while putting leaves nothing; whoever
/// is killed while getting has either taken the message or left it as it was. Neither keeps the others from going on. The number of
/// messages is exact. A small message costs no system call unless a thread sleeps. A backlog of gigabytes is possible and costs memory
/// only while it is there, so that a process that puts and ends need not wait for a reader.
/// </para>
/// <para>
/// <em>Protocol.</em> There are two sides, each with a gate that survives its holder, and with a cursor (<see cref="RingCursor"/>): its place,
/// written under its gate and read by every process.
/// <code>
///   put:  [serialise]  enter put gate - read Get - room? - copy the bytes in - commit Put - leave - wake a getter, if one waits
///   get:  enter get gate - read Put - any? - copy the bytes out - commit Get - leave - wake a putter, if one waits - [deserialise]
/// </code>
/// The commit is one store, and the only thing that counts. User code runs outside the gates.
/// </para>
/// <para>
/// <em>Space.</em> Rings in a row, each twice as large as the one before (<see cref="RingRegion"/>), in a sparse file. The put side goes on
/// in the next larger ring when one is full, and back to a small one when all is read; so a ring that is kept empty stays on the same
/// few pages; and as long as readers come it waits for them a little before it goes on in a larger ring, whose fresh pages cost both sides more
/// than the copy. A message with a negative length says where it goes on; eight bytes are always kept free for it. Both sides enter a
/// ring at its beginning. Only once the readers have left a ring may it be entered again, which one comparison with their place says: what
/// is between the two sides ascends, but for one step back at most, and that begins where the readers are - it is made when all is read.
/// When the readers leave a large ring, its pages go back to the system, but for the page with the note where to go: the commit that
/// leaves it comes later.
/// </para>
/// <para>
/// <em>Memory:</em> The bytes of a message come before the release-store of the put cursor; a reader of that cursor acquires, and so sees
/// them. The bytes are copied out before the release-store of the get cursor; a putter that acquires it may overwrite them. <c>IsShutDown</c>
/// and <c>Maxsize</c> change under a gate, each before the commit that wakes for it; a read without the gate is repeated inside, or, of
/// <c>IsShutDown</c>, comes before that of the place, so nothing is put behind it. <c>Done</c> is a count of its own, by compare-exchange, and is
/// read before the places, so that what is unfinished is never too little. <c>AllDone</c> changes after it, and is read before it by joiners.
/// <c>_isClosed</c> is set by an exchange, then the gates are waited for: whoever is inside read it in time, whoever comes later finds it.
/// </para>
/// <para>
/// <em>Sleeping</em> is on the other side's version, after being counted as waiting (<see cref="RingPeers"/>). A sleeper counts itself, then reads the
/// version; a committer stores the version, leaves its gate - a full fence - then reads the count: one of the two sees the other. Whoever
/// changes something else that a sleeper may wait for commits its cursor unchanged, so that the version says so. One wake is given for
/// each message; a woken waiter that finds more passes a wake on. A wake lost with a killed process is made up for by the end of the slice.
/// </para>
/// <para>
/// <em>Killed</em> - before the commit: the bytes lie where the next put writes; the gate goes to the next that wants it. Between the commit
/// and the wake: the message is there; a sleeper finds it within a slice. While getting, before the commit: the message is there. After
/// it: it is gone with the process, and <see cref="RingPeers.TakenBy"/> tells so. While giving pages back: they belonged to messages that
/// were all taken.
/// </para>
/// <para>
/// <em>Damage.</em> Any process that has the memory can write anywhere in it. So what is read there - places, lengths, numbers of handles - is
/// copied once and checked before memory is touched by it; what cannot be is an <see cref="InvalidDataException"/>, and nothing outside
/// of the ring is ever read or written. A place that could be, and is not, cannot be told: messages are lost then, or come twice.
/// </para>
/// <para>
/// <em>Rejected.</em> One gate for both sides: putters and getters would wait for each other's copies. Reservation without a gate, the message
/// marked as ready later: a putter killed in between leaves a hole that cannot be told from a slow putter. An undo log: the two
/// copies of a place do the same with one store. A single ring of the largest size, which goes on at its front when all is
/// read, as <see cref="SpscRing"/> does: a queue with a backlog never is, so each message would lie on fresh pages, and those cost both sides
/// 14 to 25 times what the copy does, holes punched behind the readers included.
/// </para>
/// </remarks>
internal sealed unsafe partial class MessageRing
{
    public const long Bytes = RingState.Size + RingRegion.TotalBytes;

    private const long Alignment = 4096;

    private static readonly TimeSpan s_nowaitLimit = TimeSpan.FromSeconds(1);   // of calls that do not wait

    private readonly string _name;
    private readonly RingState* _state;
    private readonly long _regions;   // where the rings begin in the segment
    private readonly SharedGate _putGate;
    private readonly SharedGate _getGate;

    /// <summary>Makes this process's view of the ring that lies at a place of a segment.</summary>
    /// <param name="segment">Kept open by whoever has the ring.</param>
    /// <param name="name">What it is part of, for messages.</param>
    /// <param name="at">Where it begins.</param>
    public MessageRing(Segment segment, string name, long at = 0)
    {
        _name = name;
        Segment = segment;
        _state = (RingState*)(segment.Data + at);
        _regions = at + RingState.Size;
        _putGate = new SharedGate(segment, at + RingState.PutGateAt);
        _getGate = new SharedGate(segment, at + RingState.GetGateAt);
        Peers = new RingPeers(segment, _state);
    }

    public Segment Segment { get; }

    public RingPeers Peers { get; }

    /// <summary>How many messages it holds.</summary>
    public long Count
    {
        get
        {
            while (true)
            {
                RingPlace get = _state->Get.Read(out int version);
                RingPlace put = _state->Put.Read(out _);
                _state->Get.Read(out int later);
                if (version == later)
                {
                    GC.KeepAlive(this);   // and with it the memory that the places were read from; likewise below
                    return Math.Max(0, put.Count - get.Count);
                }
            }
        }
    }

    /// <summary>How many were ever taken out, or dropped.</summary>
    public long GotCount
    {
        get
        {
            RingPlace get = _state->Get.Read(out _);
            GC.KeepAlive(this);
            return get.Count;
        }
    }

    /// <summary>Wakes another one, if there is something left that it may wait for. Also when the ring was closed in this process: those of others wait on.</summary>
    public void PassOn(RingWait what)
    {
        if (what != RingWait.Join && Peers.CountOf(what) > 0)
        {
            RingPlace get = _state->Get.Read(out _);
            RingPlace put = _state->Put.Read(out _);
            if (what == RingWait.Get ? put.Count > get.Count : HasRoom(put, get))
            {
                Futex.Wake(WordOf(what));
            }
        }

        GC.KeepAlive(this);
    }

    /// <summary>Whether both sides can be where they say.</summary>
    private void Check(in RingPlace put, in RingPlace get)
    {
        if (!put.IsPossible || !get.IsPossible || get.Count > put.Count || get.Bytes > put.Bytes)
        {
            throw Damaged($"messages were put up to {put} and got up to {get}");
        }
    }

    private InvalidDataException Damaged(string what) =>
        new($"The shared memory of the {_name} is damaged: {what}. A process that has it has written where it should not. Make another one.");

    private static long Align(long bytes) => (bytes + sizeof(long) - 1) & -sizeof(long);

    private byte* RegionAt(long region) => Segment.Data + _regions + RingRegion.StartOf(region);
}
