using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>DateTimeOffset: the time of the run.</summary>
[Hooks(typeof(DateTimeOffset), Allowed = ["*"])]
internal static class DateTimeOffsetHooks
{
    public static DateTimeOffset get_UtcNow(int site) => ControlledThread.Current is { } thread ? new DateTimeOffset(DateTimeHooks.UtcNow(thread)) : DateTimeOffset.UtcNow;

    public static DateTimeOffset get_Now(int site) => ControlledThread.Current is { } thread ? new DateTimeOffset(DateTimeHooks.UtcNow(thread).ToLocalTime()) : DateTimeOffset.Now;
}
