namespace Braid.Multiprocessing;

/// <summary>An object whose state lives in a segment. To another process travels the segment's handle; there a twin is built over the same memory.</summary>
internal interface IShared
{
    Segment Segment { get; }

    /// <summary>Another segment that the object needs: to be open in the other process, and sent by a handle of its own, before the twin is built.</summary>
    Segment? Companion => null;
}

/// <summary>How the twin of a shared object is built.</summary>
/// <typeparam name="TSelf">The type of the object.</typeparam>
internal interface IShared<TSelf> : IShared
    where TSelf : IShared<TSelf>
{
    /// <summary>Builds a twin over an open segment, and takes over the caller's reference to it, unless it throws.</summary>
    static abstract TSelf Over(Segment segment);
}
