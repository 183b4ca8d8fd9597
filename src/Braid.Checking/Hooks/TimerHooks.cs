using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>System.Threading.Timer in virtual time. The real timer is never armed.</summary>
[Hooks(typeof(Timer), Allowed = ["get_ActiveCount"])]
internal static class TimerHooks
{
    public static Timer New(TimerCallback callback, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            return new Timer(callback);
        }

        Timer? timer = null;
        return timer = Make(thread, _ => callback(timer), null, Timeout.Infinite, Timeout.Infinite, site);
    }

    public static Timer New(TimerCallback callback, object? state, int dueTime, int period, int site) =>
        ControlledThread.Current is { } thread ? Make(thread, callback, state, dueTime, period, site) : new Timer(callback, state, dueTime, period);

    public static Timer New(TimerCallback callback, object? state, long dueTime, long period, int site) =>
        ControlledThread.Current is { } thread ? Make(thread, callback, state, dueTime, period, site) : new Timer(callback, state, dueTime, period);

    public static Timer New(TimerCallback callback, object? state, uint dueTime, uint period, int site) =>
        ControlledThread.Current is { } thread ? Make(thread, callback, state, Signed(dueTime), Signed(period), site) : new Timer(callback, state, dueTime, period);

    public static Timer New(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period, int site) =>
        ControlledThread.Current is { } thread ? Make(thread, callback, state, Milliseconds(dueTime), Milliseconds(period), site) : new Timer(callback, state, dueTime, period);

    public static bool Change(Timer self, int dueTime, int period, int site) =>
        Of(self) is { } timer ? Change(timer, dueTime, period, site) : self.Change(dueTime, period);

    public static bool Change(Timer self, long dueTime, long period, int site) =>
        Of(self) is { } timer ? Change(timer, dueTime, period, site) : self.Change(dueTime, period);

    public static bool Change(Timer self, uint dueTime, uint period, int site) =>
        Of(self) is { } timer ? Change(timer, Signed(dueTime), Signed(period), site) : self.Change(dueTime, period);

    public static bool Change(Timer self, TimeSpan dueTime, TimeSpan period, int site) =>
        Of(self) is { } timer ? Change(timer, Milliseconds(dueTime), Milliseconds(period), site) : self.Change(dueTime, period);

    public static void Dispose(Timer self, int site)
    {
        if (Of(self) is { } timer)
        {
            Close(timer, site);
            return;
        }

        self.Dispose();
    }

    /// <summary>Sets the handle when no callback runs any more. Only events can be set.</summary>
    public static bool Dispose(Timer self, WaitHandle notifyObject, int site)
    {
        if (Of(self) is not { } timer)
        {
            return self.Dispose(notifyObject);
        }

        ArgumentNullException.ThrowIfNull(notifyObject);

        if (!Close(timer, site))
        {
            return false;
        }

        timer.WhenAllEnded(() => EventWaitHandleHooks.Set((EventWaitHandle)notifyObject, site));
        return true;
    }

    public static ValueTask DisposeAsync(Timer self, int site)
    {
        if (Of(self) is not { } timer)
        {
            return self.DisposeAsync();
        }

        Close(timer, site);
        var ended = new TaskCompletionSource();
        timer.WhenAllEnded(ended.SetResult);
        return new ValueTask(ended.Task);
    }

    private static TimerResource? Of(Timer self) => ControlledThread.Current?.Execution.Resources.Find<TimerResource>(self);

    private static Timer Make(ControlledThread thread, TimerCallback callback, object? state, long dueTime, long period, int site)
    {
        (long due, long every) = (Time.FromMilliseconds(dueTime), Time.FromMilliseconds(period));
        var timer = new Timer(callback, state, Timeout.Infinite, Timeout.Infinite);
        TimerResource resource = thread.Execution.Resources.Get(timer, thread.Execution, _ => new TimerResource(callback, state, ExecutionContext.Capture()));
        resource.Change(thread, due, every, site);
        return timer;
    }

    private static bool Change(TimerResource timer, long dueTime, long period, int site)
    {
        (long due, long every) = (Time.FromMilliseconds(dueTime), Time.FromMilliseconds(period));
        ControlledThread thread = ControlledThread.Current!;
        thread.Step(OperationKind.Reset, timer, site);
        return timer.Change(thread, due, every, site);
    }

    /// <returns>False when it was closed already.</returns>
    private static bool Close(TimerResource timer, int site)
    {
        ControlledThread thread = ControlledThread.Current!;
        if (thread.Execution.Ending)
        {
            return true;
        }

        thread.Step(OperationKind.Reset, timer, site);
        bool isFirst = !timer.IsClosed;
        timer.Close(thread);
        return isFirst;
    }

    private static long Signed(uint milliseconds) => milliseconds == uint.MaxValue ? Timeout.Infinite : milliseconds;

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
