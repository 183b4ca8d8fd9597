namespace Braid.Multiprocessing;

/// <summary>Keeps a shared object open in this process while it is on its way to another one.</summary>
internal class Lease
{
    /// <exception cref="ObjectDisposedException">The segment was given up already.</exception>
    public Lease(Segment segment, long subHandle = 0)
    {
        segment.AddReference();
        (Segment, SubHandle) = (segment, subHandle);
    }

    public Segment Segment { get; }

    /// <summary>What the other process needs besides the segment, to build the twin.</summary>
    public long SubHandle { get; }

    /// <summary>Ends it: the object has arrived, or never will.</summary>
    public virtual void Release() => Segment.Release();
}
