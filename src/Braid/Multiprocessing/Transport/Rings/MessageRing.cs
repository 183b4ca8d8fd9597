namespace Braid.Multiprocessing;

/// <summary>
/// Messages in shared memory, first in, first out, for any number of processes on both sides, any of which may be killed at any
/// instruction.
/// </summary>
/// <remarks>
/// <para>
/// <em>Goals.</em> Every process can get a message once the put has returned. A process killed while putting leaves nothing; a process
/// killed while getting has either taken the message or left it as it was. Neither prevents the others from continuing. The number of
/// messages is exact. A small message costs no system call unless a thread sleeps. A backlog of gigabytes is possible and costs memory only
/// while it exists, so that a process that puts and ends need not wait for a reader.
/// </para>
/// <para>
/// <em>Protocol.</em> There are two sides, each with a gate that survives its holder, and with a cursor (<see cref="RingCursor"/>): its
/// place, written under its gate and read by every process.
/// <code>
///   put:  [serialise]  enter put gate - read Get - room? - copy the bytes in - commit Put - leave - wake a getter, if one waits
///   get:  enter get gate - read Put - any? - copy the bytes out - commit Get - leave - wake a putter, if one waits - [deserialise]
/// </code>
/// The commit is one store, and only the commit counts. User code runs outside the gates.
/// </para>
/// <para>
/// <em>Space.</em> Rings in a row, each twice as large as the one before (<see cref="RingRegion"/>), in a sparse file. When a ring is full,
/// the put side continues in the next larger one, and returns to a small one when everything is read; so a ring that is kept empty stays on
/// the same few pages. As long as readers make progress, it waits for them a little before it continues in a larger ring, whose fresh pages
/// cost both sides more than the copy. A message with a negative length says where the ring continues; eight bytes are always kept free for
/// it. Both sides enter a ring at its beginning. A ring may be entered again only once the readers have left it, which one comparison with
/// their place shows: the places between the two sides ascend, except for at most one step back, which begins where the readers are,
/// because it is made when everything is read. When the readers leave a large ring, its pages go back to the system, except for the page
/// with the note where to continue: the commit that leaves it comes later.
/// </para>
/// <para>
/// <em>Memory:</em> The bytes of a message are written before the release-store of the put cursor; a reader of that cursor acquires it, and
/// so sees them. The bytes are copied out before the release-store of the get cursor; a putter that acquires it may overwrite them.
/// <c>IsShutDown</c> and <c>Maxsize</c> change under a gate, each before the commit that wakes for it. A read without the gate is repeated
/// inside it, or, for <c>IsShutDown</c>, precedes that of the place, so nothing is put behind it. <c>Done</c> is a count of its own, by
/// compare-exchange, and is read before the places, so that the number of unfinished messages is never too low. <c>AllDone</c> changes
/// after it, and joiners read it first. <c>_isClosed</c> is set by an exchange, then the gates are waited for: a caller inside read it in
/// time, a later caller sees it.
/// </para>
/// <para>
/// <em>Sleeping</em> is on the other side's version, after being counted as waiting (<see cref="RingPeers"/>). A sleeper counts itself,
/// then reads the version; a committer stores the version, leaves its gate (a full fence), then reads the count: one of the two sees the
/// other. A process that changes something else for which a sleeper may wait commits its cursor unchanged, so that the version changes.
/// Each message gives one wake; a woken waiter that finds more messages passes a wake on. A wake lost with a killed process is recovered at
/// the end of the slice.
/// </para>
/// <para>
/// <em>Killed</em> before the commit: the bytes lie where the next put writes; the gate goes to the next process that wants it. Between the
/// commit and the wake: the message is there; a sleeper finds it within a slice. While getting, before the commit: the message is there.
/// After it: the message is gone with the process, and <see cref="RingPeers.TakenBy"/> reports that. While returning pages: they belonged
/// to messages that were all taken.
/// </para>
/// <para>
/// <em>Damage.</em> Any process that has the memory can write anywhere in it. So everything read there (places, lengths, numbers of
/// handles) is copied once and checked before it is used to access memory; an impossible value is an <see cref="InvalidDataException"/>,
/// and nothing outside of the ring is ever read or written. A place that is possible but wrong cannot be detected: messages are then lost,
/// or arrive twice.
/// </para>
/// <para>
/// <em>Rejected.</em> One gate for both sides: putters and getters would wait for each other's copies. Reservation without a gate, the
/// message marked as ready later: a putter killed in between leaves a hole that cannot be told from a slow putter. An undo log: the two
/// copies of a place achieve the same with one store. A single ring of the largest size, which starts over at its front when everything is
/// read, as <see cref="SpscRing"/> does: a queue with a backlog is never read empty, so each message would lie on fresh pages, and those
/// cost both sides 14 to 25 times as much as the copy, holes punched behind the readers included.
/// </para>
/// </remarks>
internal sealed unsafe partial class MessageRing
{
    public const long Bytes = RingState.Size + RingRegion.TotalBytes;

    private const long Alignment = 4096;

    private static readonly TimeSpan s_nowaitLimit = TimeSpan.FromSeconds(1);   // for calls that do not wait

    private readonly string _name;
    private readonly RingState* _state;
    private readonly long _regions;   // the offset of the rings in the segment
    private readonly SharedGate _putGate;
    private readonly SharedGate _getGate;

    /// <summary>Creates this process's view of the ring at an offset of a segment.</summary>
    /// <param name="segment">The segment, which the owner of the ring keeps open.</param>
    /// <param name="name">What it is part of, for messages.</param>
    /// <param name="at">The offset.</param>
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
                    GC.KeepAlive(this);   // keeps alive the memory from which the places were read; likewise below
                    return Math.Max(0, put.Count - get.Count);
                }
            }
        }
    }

    /// <summary>How many were ever taken or dropped.</summary>
    public long GotCount
    {
        get
        {
            RingPlace get = _state->Get.Read(out _);
            GC.KeepAlive(this);
            return get.Count;
        }
    }

    /// <summary>
    /// Wakes another waiter, if there is something left for which it may wait. Also if the ring was closed in this process: those of others
    /// keep waiting.
    /// </summary>
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

    /// <summary>Throws if one of the places is impossible.</summary>
    private void Check(in RingPlace put, in RingPlace get)
    {
        if (!put.IsPossible || !get.IsPossible || get.Count > put.Count || get.Bytes > put.Bytes)
        {
            throw Damaged($"messages were put up to {put} and got up to {get}");
        }
    }

    private InvalidDataException Damaged(string what) =>
        new(
            $"The shared memory of the {_name} is damaged: {what}. A process that has it has written where it should not. Make another " +
            "one.");

    private static long Align(long bytes) => (bytes + sizeof(long) - 1) & -sizeof(long);

    private byte* RegionAt(long region) => Segment.Data + _regions + RingRegion.StartOf(region);
}
