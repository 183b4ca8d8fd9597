using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Monitor, and with it the lock statement.</summary>
[Hooks(typeof(Monitor))]
internal static class MonitorHooks
{
    public static void Enter(object obj, int site)
    {
        if (ControlledThread.Current is { } thread)
        {
            Of(thread, obj).AcquireAndEnterBy(thread, site);
            return;
        }

        Monitor.Enter(obj);
    }

    public static void Enter(object obj, ref bool lockTaken, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            Monitor.Enter(obj, ref lockTaken);
            return;
        }

        RequireNotTaken(lockTaken);
        Of(thread, obj).AcquireAndEnterBy(thread, site);
        lockTaken = true;
    }

    public static bool TryEnter(object obj, int site) =>
        ControlledThread.Current is { } thread ? Of(thread, obj).TryEnterBy(thread, 0, site) : Monitor.TryEnter(obj);

    public static bool TryEnter(object obj, int millisecondsTimeout, int site) =>
        ControlledThread.Current is { } thread ? Of(thread, obj).TryEnterBy(thread, Time.FromMilliseconds(millisecondsTimeout), site) : Monitor.TryEnter(obj, millisecondsTimeout);

    public static bool TryEnter(object obj, TimeSpan timeout, int site) =>
        ControlledThread.Current is { } thread ? Of(thread, obj).TryEnterBy(thread, Time.From(timeout), site) : Monitor.TryEnter(obj, timeout);

    public static void TryEnter(object obj, ref bool lockTaken, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            Monitor.TryEnter(obj, ref lockTaken);
            return;
        }

        RequireNotTaken(lockTaken);
        lockTaken = Of(thread, obj).TryEnterBy(thread, 0, site);
    }

    public static void TryEnter(object obj, int millisecondsTimeout, ref bool lockTaken, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            Monitor.TryEnter(obj, millisecondsTimeout, ref lockTaken);
            return;
        }

        RequireNotTaken(lockTaken);
        lockTaken = Of(thread, obj).TryEnterBy(thread, Time.FromMilliseconds(millisecondsTimeout), site);
    }

    public static void TryEnter(object obj, TimeSpan timeout, ref bool lockTaken, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            Monitor.TryEnter(obj, timeout, ref lockTaken);
            return;
        }

        RequireNotTaken(lockTaken);
        lockTaken = Of(thread, obj).TryEnterBy(thread, Time.From(timeout), site);
    }

    public static void Exit(object obj, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            Monitor.Exit(obj);
            return;
        }

        MonitorResource monitor = Of(thread, obj);
        if (thread.Execution.Ending)
        {
            return;
        }

        monitor.ExitBy(thread, site);
    }

    public static bool IsEntered(object obj, int site) =>
        ControlledThread.Current is { } thread ? Of(thread, obj).Owner == thread : Monitor.IsEntered(obj);

    public static bool Wait(object obj, int site) => Wait(obj, Timeout.Infinite, site);

    public static bool Wait(object obj, int millisecondsTimeout, int site) =>
        ControlledThread.Current is { } thread ? WaitForPulse(thread, obj, Time.FromMilliseconds(millisecondsTimeout), site) : Monitor.Wait(obj, millisecondsTimeout);

    public static bool Wait(object obj, TimeSpan timeout, int site) =>
        ControlledThread.Current is { } thread ? WaitForPulse(thread, obj, Time.From(timeout), site) : Monitor.Wait(obj, timeout);

    public static bool Wait(object obj, int millisecondsTimeout, bool exitContext, int site) => Wait(obj, millisecondsTimeout, site);

    public static bool Wait(object obj, TimeSpan timeout, bool exitContext, int site) => Wait(obj, timeout, site);

    public static void Pulse(object obj, int site)
    {
        if (ControlledThread.Current is { } thread)
        {
            Pulse(thread, obj, all: false, site);
            return;
        }

        Monitor.Pulse(obj);
    }

    public static void PulseAll(object obj, int site)
    {
        if (ControlledThread.Current is { } thread)
        {
            Pulse(thread, obj, all: true, site);
            return;
        }

        Monitor.PulseAll(obj);
    }

    internal static MonitorResource Of(ControlledThread thread, object obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        return thread.Execution.Resources.Get(obj, thread.Execution, static _ => new MonitorResource());
    }

    private static bool WaitForPulse(ControlledThread thread, object obj, long timeout, int site)
    {
        MonitorResource monitor = Of(thread, obj);
        monitor.RequireOwner(thread);
        thread.StepRelease(OperationKind.Wait, monitor, site);
        int count = monitor.LeaveAllBy(thread);
        WakeReason reason = thread.Await(OperationKind.Wait, monitor.Join(thread), site, timeout);
        monitor.EnterBy(thread, site, count);
        return reason switch
        {
            WakeReason.Interrupted => throw new ThreadInterruptedException(),
            _ => reason == WakeReason.Proceeded,
        };
    }

    private static void Pulse(ControlledThread thread, object obj, bool all, int site)
    {
        MonitorResource monitor = Of(thread, obj);
        monitor.RequireOwner(thread);
        thread.Did(all ? OperationKind.PulseAll : OperationKind.Pulse, monitor, site);
        monitor.Pulse(thread, all, site);
    }

    private static void RequireNotTaken(bool lockTaken)
    {
        if (lockTaken)
        {
            throw new ArgumentException("Argument must be initialized to false.", nameof(lockTaken));
        }
    }
}
