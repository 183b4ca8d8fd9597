namespace Braid.Checking.Memory;

/// <summary>One time of one thread; the default is before everything.</summary>
/// <param name="Thread">Index of the thread.</param>
/// <param name="Time">The thread's own time, from 1.</param>
internal readonly record struct Epoch(int Thread, int Time)
{
    public bool IsNone => Time == 0;

    /// <summary>Whether the owner of this clock knows what was done at that time.</summary>
    public bool HappenedBefore(Engine.VectorClock clock) => Time <= clock[Thread];
}
