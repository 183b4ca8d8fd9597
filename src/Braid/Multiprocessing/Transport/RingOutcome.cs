namespace Braid.Multiprocessing;

/// <summary>The outcome of one attempt to put a message or to get one.</summary>
internal enum RingOutcome
{
    /// <summary>It was put, or got.</summary>
    Done,

    /// <summary>There is no room, or no message.</summary>
    Wait,

    /// <summary>Another thread is at it.</summary>
    Busy,

    /// <summary>The ring is shut down; there will be nothing.</summary>
    Ended,
}
