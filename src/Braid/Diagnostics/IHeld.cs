namespace Braid.Diagnostics;

/// <summary>A target of waits that certain threads can end: a lock and its holder, a thread that is joined.</summary>
internal interface IHeld
{
    /// <summary>
    /// The threads (managed ids) any one of which could end the wait; null if unknown. The same object each time for the same threads, if
    /// there are many.
    /// </summary>
    IReadOnlyList<int>? Holders { get; }

    /// <summary>
    /// The lock's identity for its holder, whose managed id is reused for another thread once it has ended; 0 if it is not held, and for
    /// anything but a lock.
    /// </summary>
    long HolderIdentity => 0;

    /// <summary>Who else could end the wait, worded to follow "only if"; null if no one could.</summary>
    string? WayOut { get; }

    /// <summary>The advice for a thread that waits for itself.</summary>
    string AdviceToHolder { get; }
}

/// <summary>A lock in shared memory.</summary>
internal interface IHeldByProcess
{
    /// <summary>The process that holds it; 0 if none does, or if that is not known.</summary>
    int HolderPid { get; }
}
