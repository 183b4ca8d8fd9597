namespace Braid.Multiprocessing;

/// <summary>An object whose state lives in a segment. To another process travels the segment's handle; there a twin is built over the same memory.</summary>
internal interface IShared
{
    Segment Segment { get; }

    /// <summary>Whether this process has given the object up: whoever waits for it goes on, with an exception.</summary>
    bool IsClosed => Segment.IsReleased;

    /// <summary>Another shared object that this one cannot be without, and which travels with it; null when there is none.</summary>
    IShared? Companion => null;

    /// <summary>Keeps the object open until it has arrived in another process.</summary>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    Lease Lend() => new(Segment);
}

/// <summary>How the twin of a shared object is built.</summary>
/// <typeparam name="TSelf">The type of the object.</typeparam>
internal interface IShared<TSelf> : IShared
    where TSelf : IShared<TSelf>
{
    /// <summary>Builds a twin over an open segment, and takes over the caller's reference to it, unless it throws.</summary>
    static abstract TSelf Over(Segment segment);

    /// <summary>Builds a twin that needs a companion, and takes over that too.</summary>
    static virtual TSelf Over(Segment segment, IShared companion) => throw new NotSupportedException($"A {typeof(TSelf).Name} has no companion.");

    /// <summary>Builds a twin of an object that is only a part of what its segment holds.</summary>
    static virtual TSelf Over(Segment segment, long subHandle) => TSelf.Over(segment);
}
