namespace Braid.Checking.Engine;

/// <summary>A signal that woke no thread and was not kept.</summary>
/// <param name="Thread">The thread that signaled.</param>
/// <param name="Site">Where it signaled, as a report shows it.</param>
/// <param name="Tick">When it signaled.</param>
/// <param name="How">Why it was lost: "nobody was waiting yet".</param>
internal sealed record LostSignal(ControlledThread Thread, int Site, int Tick, string How)
{
    /// <summary>The thread that erased the signal, and the site; null if none did.</summary>
    public (ControlledThread Thread, int Site)? Eraser { get; init; }

    /// <summary>The threads, as bits, that had seen the signal before it was erased.</summary>
    public ulong Reached { get; init; }

    /// <summary>Whether another thread gave the signal, and this one missed it.</summary>
    public bool IsLostFor(ControlledThread waiter) => Thread != waiter && (Reached & waiter.Bit) == 0;
}
