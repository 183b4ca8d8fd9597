using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>TimeProvider: the system's gives the time of the run; what a program derives from it does what it does.</summary>
[Hooks(typeof(TimeProvider), Allowed = ["*"], LeavesBaseCalls = true)]
internal static class TimeProviderHooks
{
    public static DateTimeOffset GetUtcNow(TimeProvider self, int site) =>
        Of(self) is { } thread ? new DateTimeOffset(DateTimeHooks.UtcNow(thread)) : self.GetUtcNow();

    public static DateTimeOffset GetLocalNow(TimeProvider self, int site) =>
        Of(self) is { } thread ? new DateTimeOffset(DateTimeHooks.UtcNow(thread).ToLocalTime()) : self.GetLocalNow();

    public static long GetTimestamp(TimeProvider self, int site) =>
        Of(self) is { } thread ? StopwatchHooks.Timestamp(thread) : self.GetTimestamp();

    public static TimeSpan GetElapsedTime(TimeProvider self, long startingTimestamp, int site) =>
        Of(self) is { } thread ? self.GetElapsedTime(startingTimestamp, StopwatchHooks.Timestamp(thread)) : self.GetElapsedTime(startingTimestamp);

    public static TimeSpan GetElapsedTime(TimeProvider self, long startingTimestamp, long endingTimestamp, int site) =>
        self.GetElapsedTime(startingTimestamp, endingTimestamp);

    public static ITimer CreateTimer(TimeProvider self, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period, int site) =>
        Of(self) is null ? self.CreateTimer(callback, state, dueTime, period) : TimerHooks.New(callback, state, dueTime, period, site);

    /// <summary>The thread, if it is controlled and the provider is the system's.</summary>
    private static ControlledThread? Of(TimeProvider self) => ReferenceEquals(self, TimeProvider.System) ? ControlledThread.Current : null;
}
