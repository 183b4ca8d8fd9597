namespace Braid.Checking.Engine;

/// <summary>A signal that woke nobody and left no trace.</summary>
/// <param name="Thread">Who gave it.</param>
/// <param name="Site">Where, as a report shows it.</param>
/// <param name="Tick">When.</param>
/// <param name="How">Why it was lost: "nobody was waiting yet".</param>
internal sealed record LostSignal(ControlledThread Thread, int Site, int Tick, string How)
{
    /// <summary>Who erased it and where, if it was erased.</summary>
    public (ControlledThread Thread, int Site)? Eraser { get; init; }

    /// <summary>Threads, as bits by number, that it reached all the same.</summary>
    public ulong Reached { get; init; }

    /// <summary>Whether it was lost for this thread, and another had given it.</summary>
    public bool IsLostFor(ControlledThread waiter) => Thread != waiter && (Reached & waiter.Bit) == 0;
}
