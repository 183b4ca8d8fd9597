namespace Braid.Multiprocessing;

/// <summary>
/// An object whose state lies in a segment. It travels to another process as the segment's handle; the receiver builds an object over the
/// same memory.
/// </summary>
internal interface IShared
{
    Segment Segment { get; }

    /// <summary>Whether this process has closed the object: its waiters then continue with an exception.</summary>
    bool IsClosed => Segment.IsReleased;

    /// <summary>Another shared object on which this one depends, and which travels with it; null if there is none.</summary>
    IShared? Companion => null;

    /// <summary>Keeps the object open until it has arrived in another process.</summary>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    Lease Lend() => new(Segment);
}

/// <summary>Builds the receiver's object.</summary>
/// <typeparam name="TSelf">The type of the object.</typeparam>
internal interface IShared<TSelf> : IShared
    where TSelf : IShared<TSelf>
{
    /// <summary>Builds the object over an open segment, and takes over the caller's reference to it, unless it throws.</summary>
    static abstract TSelf Over(Segment segment);

    /// <summary>Builds an object that needs a companion, and takes over the companion too.</summary>
    static virtual TSelf Over(Segment segment, IShared companion) =>
        throw new NotSupportedException($"A {typeof(TSelf).Name} has no companion.");

    /// <summary>Builds an object that is only a part of its segment.</summary>
    static virtual TSelf Over(Segment segment, long subHandle) => TSelf.Over(segment);
}
