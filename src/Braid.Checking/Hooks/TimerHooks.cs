using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// System.Threading.Timer in virtual time; and ITimer, which may be such a timer or one of the program's own. The real timer is never
/// armed.
/// </summary>
[Hooks(typeof(Timer), Allowed = ["get_ActiveCount"])]
[Hooks(typeof(ITimer))]
internal static class TimerHooks
{
    private static readonly Delay s_never = Delay.From(Timeout.Infinite);

    public static Timer New(TimerCallback callback, ControlledThread thread, int site)
    {
        Timer? timer = null;
        return timer = New(_ => callback(timer), null, s_never, s_never, thread, site);
    }

    public static Timer New(TimerCallback callback, object? state, Delay dueTime, Delay period, ControlledThread thread, int site)
    {
        (long due, long every) = (dueTime.Ticks, period.Ticks);
        var timer = new Timer(callback, state, Timeout.Infinite, Timeout.Infinite);
        TimerResource resource = thread.Execution.Resources.Get(
            timer, thread.Execution, _ => new TimerResource(callback, state, ExecutionContext.Capture()));
        resource.Change(thread, due, every, site);
        return timer;
    }

    public static bool Change(Timer self, Delay dueTime, Delay period, ControlledThread thread, int site)
    {
        if (Of(thread, self) is not { } timer)
        {
            return self.Change(dueTime.Milliseconds, period.Milliseconds);
        }

        (long due, long every) = (dueTime.Ticks, period.Ticks);
        thread.Step(OperationKind.Reset, timer, site);
        return timer.Change(thread, due, every, site);
    }

    public static bool Change(ITimer self, TimeSpan dueTime, TimeSpan period, ControlledThread thread, int site) =>
        self is Timer timer ? Change(timer, Delay.From(dueTime), Delay.From(period), thread, site) : self.Change(dueTime, period);

    public static void Dispose(Timer self, ControlledThread thread, int site)
    {
        if (Of(thread, self) is { } timer)
        {
            Close(thread, timer, site);
            return;
        }

        self.Dispose();
    }

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

    public static ValueTask DisposeAsync(Timer self, ControlledThread thread, int site)
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

    private static TimerResource? Of(ControlledThread thread, Timer self) => thread.Execution.Resources.Find<TimerResource>(self);

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
