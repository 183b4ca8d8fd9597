namespace Braid.Multiprocessing;

/// <summary>Keeps a shared object open in this process while it is in transit to another one.</summary>
internal class Lease
{
    /// <exception cref="ObjectDisposedException">The segment is closed.</exception>
    public Lease(Segment segment, long subHandle = 0)
    {
        segment.AddReference();
        (Segment, SubHandle) = (segment, subHandle);
    }

    public Segment Segment { get; }

    /// <summary>What the receiver needs besides the segment to build its object.</summary>
    public long SubHandle { get; }

    /// <summary>Ends the lease: the object has arrived, or never will.</summary>
    public virtual void Release() => Segment.Release();
}
