namespace Braid.Multiprocessing;

/// <summary>How far a chunk of a map is, over all its attempts. Guarded by the pool's gate until the chunk has ended; then it does not change.</summary>
/// <param name="count">How many items it has.</param>
/// <param name="callsAll">Whether it goes on after an item that fails.</param>
internal sealed class ChunkProgress(int count, bool callsAll)
{
    public int Count => count;

    /// <summary>The item with which the next attempt begins; what is before has ended for good.</summary>
    public int First { get; private set; }

    /// <summary>The results that earlier attempts have left, in the order of the items; the last may be a failure.</summary>
    public List<KeptItems> Kept { get; } = [];

    /// <summary>The end that an item of an earlier attempt met, when that was the first failure in order; null for none.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The item that the last crash hit; -1: none yet.</summary>
    public int CrashedAt { get; set; } = -1;

    private bool HasFailed => Failure is not null || Kept is [.., { FailureBytes: > 0 }];

    /// <summary>Takes what an attempt has left whose worker is dead.</summary>
    /// <returns>The item that it cost; the number of items when it cost none.</returns>
    public int Take(in LeftItems left)
    {
        bool isWanted = !HasFailed;
        if (isWanted && left.Kept is { } kept)
        {
            Kept.Add(kept);
        }

        // Results that could not be kept, because they refer to memory of the dead worker, are lost with the item that ran.
        First = HasFailed ? Math.Max(First, left.Running) : First + (left.Kept?.Results ?? 0);
        return First;
    }

    /// <summary>The item that the next attempt would begin with fails instead.</summary>
    /// <param name="running">The item that ran: none up to it runs again.</param>
    /// <param name="exception">Why.</param>
    /// <returns>Whether the chunk goes on behind it.</returns>
    public bool Fail(int running, Exception exception)
    {
        if (!HasFailed)
        {
            Failure = exception;
        }

        First = Math.Max(First, running) + 1;
        return callsAll && First < count;
    }

    public bool IsComplete => First >= count || (HasFailed && !callsAll);
}
