using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Called by rewritten code in each iteration of a loop, so that a loop that does nothing visible can be ended.</summary>
internal static class LoopStop
{
    /// <summary>
    /// How many checks have a run to end whose thread does not return. Written by watchdogs, read by every looping thread; a late read
    /// costs one iteration.
    /// </summary>
    private static volatile int s_asking;

    public static void Ask() => Interlocked.Increment(ref s_asking);

    public static void Withdraw() => Interlocked.Decrement(ref s_asking);

    public static void Check()
    {
        if (s_asking > 0)
        {
            Leave();
        }
    }

    private static void Leave()
    {
        if (ControlledThread.Current is { Execution.Ending: true })
        {
            throw new RunEndedException();
        }
    }
}
