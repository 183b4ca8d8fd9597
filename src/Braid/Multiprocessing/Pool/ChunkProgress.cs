namespace Braid.Multiprocessing;

/// <summary>
/// The progress of a chunk of a map, over all its attempts. Guarded by the pool's gate until the chunk has ended; then it no longer
/// changes.
/// </summary>
/// <param name="count">How many items it has.</param>
/// <param name="callsAll">Whether it continues after an item that fails.</param>
internal sealed class ChunkProgress(int count, bool callsAll)
{
    public int Count => count;

    /// <summary>The item with which the next attempt begins; all items before it have ended for good.</summary>
    public int First { get; private set; }

    /// <summary>The results of earlier attempts, in the order of the items; the last may be a failure.</summary>
    public List<KeptItems> Kept { get; } = [];

    /// <summary>
    /// The exception for an item that an earlier attempt lost, if that was the first failure in order; null if there is none.
    /// </summary>
    public Exception? Failure { get; private set; }

    /// <summary>The item that the last crash hit; -1 if there was none.</summary>
    public int CrashedAt { get; set; } = -1;

    private bool HasFailed => Failure is not null || Kept is [.., { FailureBytes: > 0 }];

    /// <summary>Takes over the results of an attempt whose worker is dead.</summary>
    /// <returns>The item that the death cost; the number of items if it cost none.</returns>
    public int Take(in LeftItems left)
    {
        bool isWanted = !HasFailed;
        if (isWanted && left.Kept is { } kept)
        {
            Kept.Add(kept);
        }

        // Results that could not be kept, because they refer to memory of the dead worker, are lost with the item that was running.
        First = HasFailed ? Math.Max(First, left.Running) : First + (left.Kept?.Results ?? 0);
        return First;
    }

    /// <summary>Fails the item with which the next attempt would begin.</summary>
    /// <param name="running">The item that was running: it and those before it do not run again.</param>
    /// <param name="exception">The exception.</param>
    /// <returns>Whether the chunk continues after it.</returns>
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
