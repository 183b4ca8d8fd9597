using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>DateTime: the time of the run.</summary>
[Hooks(typeof(DateTime), Allowed = ["*"])]
internal static class DateTimeHooks
{
    public static DateTime get_UtcNow(int site) => ControlledThread.Current is { } thread ? UtcNow(thread) : DateTime.UtcNow;

    public static DateTime get_Now(int site) => ControlledThread.Current is { } thread ? UtcNow(thread).ToLocalTime() : DateTime.Now;

    public static DateTime get_Today(int site) => ControlledThread.Current is { } thread ? UtcNow(thread).ToLocalTime().Date : DateTime.Today;

    /// <summary>A reading, which costs its microsecond.</summary>
    internal static DateTime UtcNow(ControlledThread thread)
    {
        thread.Execution.Clock.Read();
        return thread.Execution.Clock.UtcNow;
    }
}
