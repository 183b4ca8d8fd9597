namespace Braid.Multiprocessing;

/// <summary>A shared object that a message refers to, open in the process that has taken the message, until the object is built or the message dropped.</summary>
internal sealed class OpenedPart : IDisposable
{
    private readonly Segment _segment;
    private readonly long _part;

    /// <summary>Takes over the reference to the segment.</summary>
    public OpenedPart(Segment segment, long part)
    {
        (_segment, _part) = (segment, part);
        if (segment.Kind == SegmentKind.Pipe)
        {
            new PipeEnd(segment, part).Claim(part);   // the sender's hold becomes ours before the sender can end it
        }
    }

    public void Dispose()
    {
        if (_segment.Kind == SegmentKind.Pipe)
        {
            new PipeEnd(_segment, _part).EndTransit(_part);
        }

        _segment.Release();
    }
}
