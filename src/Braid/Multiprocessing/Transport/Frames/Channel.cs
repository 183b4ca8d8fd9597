using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The link between a parent and one worker: a segment with a page of words and four rings.</summary>
/// <remarks>
/// <para>
/// Requests go to the worker and responses come back. A large response goes through a ring of its own, whose declared size far exceeds any
/// response; so a worker can always write its result at once, and the parent never waits for the rest of a message whose writer has died.
/// Large requests lie in segments of the parent's (<see cref="Arena"/>), which any worker can open; except one in a sandbox, whose channel
/// has a ring for them.
/// </para>
/// <para>
/// Waking: each side sleeps on a <see cref="SharedBell"/>, which the other rings after committing a message. The parent has one for all its
/// workers, in its slot of the process table.
/// </para>
/// </remarks>
internal sealed unsafe class Channel
{
    /// <summary>The size above which payloads do not lie in the small rings.</summary>
    public const int InlineBytes = 64 * 1024;

    private const long RingBytes = 1 << 20;
    private const long LargeBytes = 16L << 30;
    private const int HeadsAt = 4096;
    private const int RequestsAt = 8192;
    private const long ResponsesAt = RequestsAt + RingBytes;
    private const long LargeAt = ResponsesAt + RingBytes;
    private const long ItemsAt = LargeAt + LargeBytes;

    private readonly SharedBell _parentBell;

    private const long LargeRequestsAt = ItemsAt + LargeBytes;

    private Channel(Segment segment, int parentToken)
    {
        Segment = segment;
        byte* data = segment.Data;
        Control = (ControlPage*)data;
        var heads = (RingHead*)(data + HeadsAt);
        Requests = new SpscRing(heads, data + RequestsAt, RingBytes);
        Responses = new SpscRing(heads + 1, data + ResponsesAt, RingBytes);
        Large = new SpscRing(heads + 2, data + LargeAt, LargeBytes);
        Items = new SpscRing(heads + 3, data + ItemsAt, LargeBytes);
        LargeRequests = segment.DataBytes > LargeRequestsAt ? new SpscRing(heads + 4, data + LargeRequestsAt, LargeBytes) : null;
        _parentBell = SharedBell.Of(parentToken);
    }

    public Segment Segment { get; }

    public ControlPage* Control { get; }

    public SpscRing Requests { get; }

    /// <summary>The bell on which the worker sleeps while there is no request.</summary>
    public SharedBell WorkerBell => Requests.Bell;

    public SpscRing Responses { get; }

    public SpscRing Large { get; }

    /// <summary>The results of chunks of maps; written only by the worker's main thread, which fills a message item by item.</summary>
    public SpscRing Items { get; }

    /// <summary>Copies of large requests, for a worker that can open no segment of its parent's; null for others.</summary>
    public SpscRing? LargeRequests { get; }

    /// <param name="opensNothing">Whether the worker can open no segment of its parent's.</param>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public static Channel Create(bool opensNothing = false) =>
        new(Segment.Create(SegmentKind.Channel, LargeRequestsAt + (opensNothing ? LargeBytes : 0)), ProcessTable.Self);

    public static Channel Inherit(int descriptor, int parentToken) => new(Segment.Inherit(descriptor), parentToken);

    /// <summary>Wakes the worker if it sleeps. Call it after committing a request.</summary>
    public void WakeWorker() => WorkerBell.Ring();

    /// <summary>Wakes the parent if it sleeps. Call it after committing a response.</summary>
    public void WakeParent() => _parentBell.Ring();
}

/// <summary>The words of a channel outside its messages.</summary>
[StructLayout(LayoutKind.Explicit)]
internal struct ControlPage
{
    [FieldOffset(0)]
    public long RunningTask;   // by the worker: the task whose code may have begun; 0 if there is none

    [FieldOffset(64)]
    public ItemPlace Items;    // the progress of the running chunk
}

/// <summary>
/// The worker's progress with a chunk of a map. Written by the worker, except for the stop; the parent relies on it only when the worker is
/// dead.
/// </summary>
/// <remarks>
/// <code>
/// Item     2 * index       the item runs, or is about to; the number of items when all have ended
///          2 * index + 1   the parent has stopped it: its time is up, the worker goes no further and will be killed
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct ItemPlace
{
    public long Task;          // the chunk's task; written last at its beginning, 0 before
    public long BegunAt;       // when the item began, in stopwatch ticks; only if items have a time limit
    public long ResultBytes;   // of the results kept, in the reserved message of the items' ring; written before their number
    public long FailureBytes;  // of the first failure, after them; 0: none yet
    public int Item;           // see above; by compare-exchange if items have a time limit: the parent may stop one
    public int Kept;           // how many results are kept
    public int First;          // the item with which it began
    // of each result, while all are copied as they lie in memory: one is then kept, after ResultBytes, as soon as its item has ended;
    // otherwise 0
    public int RawBytes;
}
