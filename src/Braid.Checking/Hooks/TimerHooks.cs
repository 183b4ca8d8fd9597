using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// System.Threading.Timer in virtual time; and ITimer, which may be such a timer, the timer inside of one, or one of the program's own. The
/// real timer is never armed.
/// </summary>
[Hooks(typeof(Timer), Allowed = ["get_ActiveCount"])]
[Hooks(typeof(ITimer))]
internal static class TimerHooks
{
    private static readonly Delay s_never = Delay.From(Timeout.Infinite);

    public static Timer New(TimerCallback callback, ControlledThread thread, int site)
    {
        Timer? timer = null;
        return timer = New(_ => callback(timer), null, s_never, s_never, flowExecutionContext: true, thread, site);
    }

    public static Timer New(
        TimerCallback callback, object? state, Delay dueTime, Delay period, [Default(1)] bool flowExecutionContext,
        ControlledThread thread, int site)
    {
        (long due, long every) = (dueTime.TimerTicks, period.TimerTicks);
        var timer = new Timer(callback, state, Timeout.Infinite, Timeout.Infinite);
        ExecutionContext? context = flowExecutionContext ? ExecutionContext.Capture() : null;
        Add(thread, timer, new TimerResource(callback, state, context)).Change(thread, due, every, site);
        return timer;
    }

    public static bool Change(Timer self, Delay dueTime, Delay period, ControlledThread thread, int site) =>
        Of(thread, self) is { } timer
            ? Change(timer, dueTime, period, thread, site)
            : self.Change(dueTime.Milliseconds, period.Milliseconds);

    public static bool Change(ITimer self, TimeSpan dueTime, TimeSpan period, ControlledThread thread, int site) =>
        Of(thread, self) is { } timer ? Change(timer, Delay.From(dueTime), Delay.From(period), thread, site) : self.Change(dueTime, period);

    public static void Dispose(Timer self, ControlledThread thread, int site) => DisposeAny(self, thread, site);

    /// <summary>Sets the handle when no callback is running any more. Only events can be set.</summary>
    public static bool Dispose(Timer self, WaitHandle notifyObject, ControlledThread thread, int site)
    {
        if (Of(thread, self) is not { } timer)
        {
            return self.Dispose(notifyObject);
        }

        ArgumentNullException.ThrowIfNull(notifyObject);
        if (!Close(thread, timer, site))
        {
            return false;
        }

        timer.WhenAllEnded(() => EventWaitHandleHooks.Set((EventWaitHandle)notifyObject, ControlledThread.Current!, site));
        return true;
    }

    public static ValueTask DisposeAsync(Timer self, ControlledThread thread, int site) => DisposeAnyAsync(self, thread, site);

    internal static void DisposeAny(ITimer self, ControlledThread thread, int site)
    {
        if (Of(thread, self) is { } timer)
        {
            Close(thread, timer, site);
            return;
        }

        self.Dispose();
    }

    internal static ValueTask DisposeAnyAsync(ITimer self, ControlledThread thread, int site)
    {
        if (Of(thread, self) is not { } timer)
        {
            return self.DisposeAsync();
        }

        Close(thread, timer, site);
        var ended = new TaskCompletionSource();
        timer.WhenAllEnded(ended.SetResult);
        return new ValueTask(ended.Task);
    }

    /// <summary>The checker's side of a timer; null if it is of the program's own, or of another run.</summary>
    internal static TimerResource? Of(ControlledThread thread, ITimer self) => thread.Execution.Resources.Find<TimerResource>(self);

    internal static TimerResource Add(ControlledThread thread, ITimer timer, TimerResource resource) =>
        thread.Execution.Resources.Get(timer, thread.Execution, _ => resource);

    internal static bool Change(TimerResource timer, Delay dueTime, Delay period, ControlledThread thread, int site)
    {
        (long due, long every) = (dueTime.TimerTicks, period.TimerTicks);
        thread.Step(OperationKind.Reset, timer, site);
        return timer.Change(thread, due, every, site);
    }

    /// <returns>False if it was closed already.</returns>
    private static bool Close(ControlledThread thread, TimerResource timer, int site)
    {
        if (thread.Execution.Ending)
        {
            return true;
        }

        thread.Step(OperationKind.Reset, timer, site);
        bool isFirst = !timer.IsClosed;
        timer.Close(thread);
        return isFirst;
    }
}
