namespace Braid.Waiting;

/// <summary>How long to spin before sleeping. On one processor nobody spins: the one we wait for cannot run meanwhile.</summary>
internal static class Spinning
{
    /// <summary>Turns before a gate is slept on. A gate is held for tens of nanoseconds, so this ends early unless its holder is preempted.</summary>
    public static readonly int GateTurns = Environment.ProcessorCount == 1 ? 0 : 24;

    /// <summary>Turns before a waiter parks: about the price of being parked and woken, so that at worst the wait costs twice the best choice.</summary>
    public static readonly int WaitTurns = Environment.ProcessorCount == 1 ? 0 : 24;

    /// <summary>Pauses, the longer the later the turn, up to about a third of a microsecond.</summary>
    public static void Pause(int turn) => System.Threading.Thread.SpinWait(Math.Min(2 << Math.Min(turn, 4), 20));
}
