namespace Braid.Checking.Memory;

/// <summary>One time of one thread; the default is before everything.</summary>
/// <param name="Thread">Number of the thread.</param>
/// <param name="Time">Its own time, from 1.</param>
internal readonly record struct Epoch(int Thread, int Time)
{
    public bool IsNone => Time == 0;

    /// <summary>Whether what was done then is known to the owner of this clock.</summary>
    public bool HappenedBefore(Engine.VectorClock clock) => Time <= clock[Thread];
}
