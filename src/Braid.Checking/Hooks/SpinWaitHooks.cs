using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>SpinWait. A spin lets other threads go first; where .NET would sleep for a millisecond, virtual time passes.</summary>
[Hooks(typeof(SpinWait), Allowed = ["get_Count", "get_NextSpinWillYield", "Reset"])]
internal static class SpinWaitHooks
{
    /// <summary>The number of spins after which .NET yields in each.</summary>
    private const int YieldThreshold = 10;

    /// <summary>The number of spins after which .NET sleeps, unless the caller says otherwise.</summary>
    private const int Sleep1Threshold = 20;

    public static void SpinOnce(ref SpinWait self, [Default(Sleep1Threshold)] int sleep1Threshold, ControlledThread thread, int site)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sleep1Threshold, -1);
        ref int count = ref CountOf(ref self);
        int sleepsFrom = sleep1Threshold is >= 0 and < YieldThreshold ? YieldThreshold : sleep1Threshold;
        if (sleepsFrom >= 0 && count >= sleepsFrom)
        {
            Sleep(thread, TimeSpan.TicksPerMillisecond, site);
        }
        else
        {
            thread.Yield(site);
        }

        count = count == int.MaxValue ? YieldThreshold : count + 1;
    }

    /// <summary>Doubles the length of each sleep, so that a long time limit costs few steps.</summary>
    public static bool SpinUntil(Func<bool> condition, [Default(Timeout.Infinite)] Limit timeout, ControlledThread thread, int site)
    {
        long ticks = timeout.Ticks;
        ArgumentNullException.ThrowIfNull(condition);
        VirtualClock clock = thread.Execution.Clock;
        long end = ticks == Time.Infinite ? long.MaxValue : clock.Now + ticks;
        long sleep = TimeSpan.TicksPerMillisecond;
        for (int turn = 0; !condition(); turn++)
        {
            if (clock.Now >= end)
            {
                return false;
            }

            if (turn < Sleep1Threshold)
            {
                thread.Yield(site);
                continue;
            }

            Sleep(thread, Math.Min(sleep, end - clock.Now), site);
            sleep *= 2;
        }

        return true;
    }

    private static void Sleep(ControlledThread thread, long ticks, int site) =>
        thread.AwaitOrThrow(OperationKind.Sleep, Never.Instance, site, ticks);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_count")]
    private static extern ref int CountOf(ref SpinWait self);
}
