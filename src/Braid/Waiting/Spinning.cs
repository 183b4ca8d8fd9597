namespace Braid.Waiting;

/// <summary>
/// How long to spin before sleeping. On a single processor no thread spins: the one it waits for could not run meanwhile.
/// </summary>
internal static class Spinning
{
    /// <summary>
    /// Turns before sleeping on a gate. A gate is held for tens of nanoseconds, so this ends early unless its holder is preempted.
    /// </summary>
    public static readonly int GateTurns = Environment.ProcessorCount == 1 ? 0 : 24;

    /// <summary>
    /// Turns before a waiter parks: about the cost of parking and waking, so that at worst the wait costs twice the optimum.
    /// </summary>
    public static readonly int WaitTurns = Environment.ProcessorCount == 1 ? 0 : 24;

    /// <summary>Turns before a thread sleeps that another process must wake, which takes several times as long.</summary>
    public static readonly int SharedTurns = 4 * WaitTurns;

    /// <summary>How many threads may search one queue at the same time: one processor is left to the givers.</summary>
    public static readonly int MaxSearching = Math.Min(4, Environment.ProcessorCount - 1);

    /// <summary>A pause of a tenth to half a microsecond, the same at every turn.</summary>
    /// <remarks>
    /// Shorter ones take the cache line away from the thread that is about to give; measured on a stream of small tasks, a pause of a tenth
    /// of this doubles the time.
    /// </remarks>
    public static void Pause() => System.Threading.Thread.SpinWait(20);
}
