namespace Braid.Multiprocessing;

/// <summary>
/// The segments in which the last large requests arrived, kept mapped because the next one will probably arrive in one of them. Used by one
/// thread.
/// </summary>
internal sealed class SegmentCache
{
    private const int Kept = 4;

    private readonly List<Segment> _recent = [];

    /// <exception cref="IOException">The sender has closed it.</exception>
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
