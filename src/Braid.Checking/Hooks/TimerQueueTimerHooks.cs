using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// The timer inside of .NET's timers, which libraries make through an accessor of their own to save an object, or to reuse it: the real
/// object, never armed.
/// </summary>
[Hooks("System.Threading.TimerQueueTimer")]
internal static class TimerQueueTimerHooks
{
    private const string TypeName = "System.Threading.TimerQueueTimer, System.Private.CoreLib";

    public static object New(
        TimerCallback timerCallback, object? state, Delay dueTime, Delay period, bool flowExecutionContext, ControlledThread thread,
        int site)
    {
        (long due, long every) = (dueTime.TimerTicks, period.TimerTicks);
        object timer = Make(timerCallback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, flowExecutionContext: false);
        var resource = new TimerResource(timerCallback, state, flowExecutionContext ? ExecutionContext.Capture() : null)
        {
            Queued = () => EverQueued(timer) = true,
        };
        TimerHooks.Add(thread, (ITimer)timer, resource).Change(thread, due, every, site);
        return timer;
    }

    public static bool Change(object self, Delay dueTime, Delay period, ControlledThread thread, int site) =>
        TimerHooks.Of(thread, (ITimer)self) is { } timer
            ? TimerHooks.Change(timer, dueTime, period, thread, site)
            : ((ITimer)self).Change(TimeSpan.FromMilliseconds(dueTime.Milliseconds), TimeSpan.FromMilliseconds(period.Milliseconds));

    public static void Dispose(object self, ControlledThread thread, int site) => TimerHooks.DisposeAny((ITimer)self, thread, site);

    public static ValueTask DisposeAsync(object self, ControlledThread thread, int site) =>
        TimerHooks.DisposeAnyAsync((ITimer)self, thread, site);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType(TypeName)]
    private static extern object Make(
        TimerCallback timerCallback, object? state, TimeSpan dueTime, TimeSpan period, bool flowExecutionContext);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_everQueued")]
    private static extern ref bool EverQueued([UnsafeAccessorType(TypeName)] object timer);
}
