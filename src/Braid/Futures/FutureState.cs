namespace Braid.Futures;

/// <summary>The states of a future. The last three are "done".</summary>
internal static class FutureState
{
    public const int Pending = 0;
    public const int Running = 1;

    /// <summary>A thread is ending it and has not written the outcome yet; to all others it is still pending or running.</summary>
    public const int Ending = 2;

    /// <summary>Cancelled, and the executor has not seen it yet.</summary>
    public const int Cancelled = 3;

    /// <summary>Cancelled, and the executor has seen it.</summary>
    public const int CancelledAndNotified = 4;

    public const int Finished = 5;
}
