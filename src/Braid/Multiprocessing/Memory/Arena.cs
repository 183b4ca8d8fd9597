namespace Braid.Multiprocessing;

/// <summary>Segments for large payloads, lent and returned.</summary>
/// <remarks>
/// Each is declared far larger than any payload gets, so that a payload may grow without being copied; only touched pages are memory. A
/// returned segment keeps its first pages, because the next payload finds them mapped: filling new memory takes five times as long. The
/// pages beyond, and segments beyond a few, go back to the system at once, even if a worker still has them mapped.
/// </remarks>
internal sealed class Arena
{
    public const long SegmentBytes = 8L << 30;

    private const int KeptSegments = 4;
    private const long KeptBytes = 256L << 20;   // of each

    private readonly Threading.Lock _gate = Threading.Lock.OfBraid();
    private readonly Stack<Segment> _free = [];   // guarded by _gate

    public static Arena Shared { get; } = new();

    /// <exception cref="IOException">The system refuses the memory.</exception>
    public Segment Lend()
    {
        using (_gate.EnterScope())
        {
            if (_free.TryPop(out Segment? free))
            {
                return free;
            }
        }

        return Segment.Create(SegmentKind.Payload, SegmentBytes);
    }

    /// <param name="segment">A lent segment that is no longer in use.</param>
    /// <param name="used">How many of its bytes may have been written.</param>
    public void TakeBack(Segment segment, long used)
    {
        using (_gate.EnterScope())
        {
            if (_free.Count < KeptSegments)
            {
                segment.FreePages(KeptBytes, used - KeptBytes);
                _free.Push(segment);
                return;
            }
        }

        segment.FreePages(0, used);
        segment.Release();
    }
}
