using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>TimeProvider: the system's provider gives the virtual time of the run; those that a program derives run unmodified.</summary>
[Hooks(typeof(TimeProvider), Allowed = ["*"], LeavesBaseCalls = true)]
internal static class TimeProviderHooks
{
    public static DateTimeOffset GetUtcNow(TimeProvider self, ControlledThread thread, int site) =>
        IsOfSystem(self) ? DateTimeHooks.OfOffset.get_UtcNow(thread, site) : self.GetUtcNow();

    public static DateTimeOffset GetLocalNow(TimeProvider self, ControlledThread thread, int site) =>
        IsOfSystem(self) ? DateTimeHooks.OfOffset.get_Now(thread, site) : self.GetLocalNow();

    public static long GetTimestamp(TimeProvider self, ControlledThread thread, int site) =>
        IsOfSystem(self) ? StopwatchHooks.Timestamp(thread) : self.GetTimestamp();

    public static TimeSpan GetElapsedTime(TimeProvider self, long startingTimestamp, ControlledThread thread, int site) =>
        IsOfSystem(self)
            ? self.GetElapsedTime(startingTimestamp, StopwatchHooks.Timestamp(thread))
            : self.GetElapsedTime(startingTimestamp);

    public static TimeSpan GetElapsedTime(
        TimeProvider self, long startingTimestamp, long endingTimestamp, ControlledThread thread, int site) =>
        self.GetElapsedTime(startingTimestamp, endingTimestamp);

    public static ITimer CreateTimer(
        TimeProvider self, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period, ControlledThread thread, int site) =>
        IsOfSystem(self)
            ? TimerHooks.New(callback, state, Delay.From(dueTime), Delay.From(period), thread, site)
            : self.CreateTimer(callback, state, dueTime, period);

    private static bool IsOfSystem(TimeProvider self) => ReferenceEquals(self, TimeProvider.System);
}
