using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// TimeProvider: the system's provider gives the virtual time of the run, and so does one that a program derives, in whatever it does not
/// override.
/// </summary>
[Hooks(typeof(TimeProvider), Allowed = ["*"], LeavesBaseCalls = true)]
internal static class TimeProviderHooks
{
    private static readonly ConditionalWeakTable<Type, Overrides> s_overrides = [];

    public static DateTimeOffset GetUtcNow(TimeProvider self, ControlledThread thread, int site) =>
        Of(self).GetUtcNow ? self.GetUtcNow() : base_GetUtcNow(self, thread, site);

    public static DateTimeOffset base_GetUtcNow(TimeProvider derived, ControlledThread thread, int site) =>
        DateTimeHooks.OfOffset.get_UtcNow(thread, site);

    public static DateTimeOffset GetLocalNow(TimeProvider self, ControlledThread thread, int site) =>
        Of(self).GetUtcNow ? self.GetLocalNow()
        : self == TimeProvider.System ? DateTimeHooks.OfOffset.get_Now(thread, site)
        : TimeZoneInfo.ConvertTime(base_GetUtcNow(self, thread, site), self.LocalTimeZone);

    public static DateTimeOffset base_GetLocalNow(TimeProvider derived, ControlledThread thread, int site) =>
        GetLocalNow(derived, thread, site);

    public static long GetTimestamp(TimeProvider self, ControlledThread thread, int site) =>
        Of(self).GetTimestamp ? self.GetTimestamp() : base_GetTimestamp(self, thread, site);

    public static long base_GetTimestamp(TimeProvider derived, ControlledThread thread, int site) => StopwatchHooks.Timestamp(thread);

    public static TimeSpan GetElapsedTime(TimeProvider self, long startingTimestamp, ControlledThread thread, int site) =>
        self.GetElapsedTime(startingTimestamp, GetTimestamp(self, thread, site));

    public static TimeSpan base_GetElapsedTime(TimeProvider derived, long startingTimestamp, ControlledThread thread, int site) =>
        GetElapsedTime(derived, startingTimestamp, thread, site);

    public static TimeSpan GetElapsedTime(
        TimeProvider self, long startingTimestamp, long endingTimestamp, ControlledThread thread, int site) =>
        self.GetElapsedTime(startingTimestamp, endingTimestamp);

    public static ITimer CreateTimer(
        TimeProvider self, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period, ControlledThread thread, int site) =>
        MakesTimers(self)
            ? self.CreateTimer(callback, state, dueTime, period)
            : base_CreateTimer(self, callback, state, dueTime, period, thread, site);

    public static ITimer base_CreateTimer(
        TimeProvider derived, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period, ControlledThread thread,
        int site) =>
        TimerHooks.New(callback, state, Delay.From(dueTime), Delay.From(period), flowExecutionContext: true, thread, site);

    /// <summary>Whether the provider has timers of its own.</summary>
    internal static bool MakesTimers(TimeProvider provider) => Of(provider).CreateTimer;

    private static Overrides Of(TimeProvider provider) =>
        s_overrides.GetValue((provider ?? throw new NullReferenceException()).GetType(), _ => new Overrides(provider));

    /// <summary>What a class of providers does itself.</summary>
    private sealed class Overrides(TimeProvider one)
    {
        public bool GetUtcNow { get; } = IsOwn(one.GetUtcNow);

        public bool GetTimestamp { get; } = IsOwn(one.GetTimestamp);

        public bool CreateTimer { get; } = IsOwn(one.CreateTimer);

        private static bool IsOwn(Delegate implementation) => implementation.Method.DeclaringType != typeof(TimeProvider);
    }
}
