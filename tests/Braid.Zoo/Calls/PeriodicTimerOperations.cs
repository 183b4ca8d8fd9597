using static BugZoo.Calls.Side;

namespace BugZoo.Calls;

/// <summary>PeriodicTimer, which one waits for at a time.</summary>
internal static class PeriodicTimerOperations
{
    public static IOperations Of() =>
        new WaitingOperations<PeriodicTimerUse>(() => new PeriodicTimerUse(), typeof(PeriodicTimer)) { HasOneReader = true }
            .Add("WaitForNextTickAsync", Reader, async it => await it.Timer.WaitForNextTickAsync())
            .Add("WaitForNextTickAsync: token", Reader, async it => await it.Timer.WaitForNextTickAsync(it.Token))
            .Add("Period", Neither, it => GC.KeepAlive(it.Timer.Period))
            .Add("Period: set", Neither, it => it.Timer.Period = TimeSpan.FromMilliseconds(300))
            .Add("Dispose", Neither, it => it.Timer.Dispose())
            .Add("cancel", Neither, it => it.Cancel());
}
