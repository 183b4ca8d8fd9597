using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>DateTime: the virtual time of the run.</summary>
[Hooks(typeof(DateTime), Allowed = ["*"])]
internal static class DateTimeHooks
{
    public static DateTime get_UtcNow(ControlledThread thread, int site) => UtcNow(thread);

    public static DateTime get_Now(ControlledThread thread, int site) => UtcNow(thread).ToLocalTime();

    public static DateTime get_Today(ControlledThread thread, int site) => UtcNow(thread).ToLocalTime().Date;

    /// <summary>Reads the clock, which advances it by a microsecond.</summary>
    internal static DateTime UtcNow(ControlledThread thread)
    {
        thread.Execution.Clock.Read();
        return thread.Execution.Clock.UtcNow;
    }

    /// <summary>DateTimeOffset.</summary>
    [Hooks(typeof(DateTimeOffset), Allowed = ["*"])]
    internal static class OfOffset
    {
        public static DateTimeOffset get_UtcNow(ControlledThread thread, int site) => new(UtcNow(thread));

        public static DateTimeOffset get_Now(ControlledThread thread, int site) => new(UtcNow(thread).ToLocalTime());
    }
}
