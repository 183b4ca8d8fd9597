namespace Braid.Multiprocessing;

/// <summary>What came of one attempt to put a message or to get one.</summary>
internal enum RingOutcome
{
    /// <summary>It was put, or got.</summary>
    Done,

    /// <summary>There is no room, or no message.</summary>
    Wait,

    /// <summary>Somebody else is at it just then.</summary>
    Busy,

    /// <summary>The ring is shut down; there will be nothing.</summary>
    Ended,
}
