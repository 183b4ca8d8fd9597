using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>What rewritten code calls in each turn of a loop, so that one that does nothing visible can be ended.</summary>
internal static class LoopStop
{
    /// <summary>The watchdog has ended a run whose thread does not come back. Written by the watchdog and by the explorer, read by whoever loops; seeing it late costs a turn.</summary>
    private static volatile bool s_asked;

    public static void Ask() => s_asked = true;

    public static void Withdraw() => s_asked = false;

    public static void Check()
    {
        if (s_asked)
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
