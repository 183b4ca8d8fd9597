using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>What rewritten code calls in each turn of a loop, so that one that does nothing visible can be ended.</summary>
internal static class LoopStop
{
    /// <summary>How many checks have a run to end whose thread does not come back. Changed by watchdogs, read by whoever loops; seeing it late costs a turn.</summary>
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
