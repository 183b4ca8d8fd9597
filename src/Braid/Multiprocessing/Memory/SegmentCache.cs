namespace Braid.Multiprocessing;

/// <summary>The segments that large requests came in last, kept mapped because the next one probably comes in one of them. By one thread.</summary>
internal sealed class SegmentCache
{
    private const int Kept = 4;

    private readonly List<Segment> _recent = [];

    /// <exception cref="IOException">The sender has given it up.</exception>
    public Segment Open(in SegmentHandle handle)
    {
        ulong id = handle.Id;
        int at = _recent.FindIndex(segment => segment.Id == id);
        Segment segment = at >= 0 ? _recent[at] : Segment.Open(handle);
        if (at >= 0)
        {
            _recent.RemoveAt(at);
        }
        else if (_recent.Count == Kept)
        {
            _recent[0].Release();
            _recent.RemoveAt(0);
        }

        _recent.Add(segment);
        return segment;
    }
}
