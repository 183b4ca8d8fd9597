using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Monitor, and the lock statement.</summary>
[Hooks(typeof(Monitor))]
internal static class MonitorHooks
{
    public static void Enter(object obj, ControlledThread thread, int site) => Of(thread, obj).AcquireAndEnterBy(thread, site);

    public static void Enter(object obj, ref bool lockTaken, ControlledThread thread, int site)
    {
        RequireNotTaken(lockTaken);
        Enter(obj, thread, site);
        lockTaken = true;
    }

    public static bool TryEnter(object obj, [Default(0)] Limit timeout, ControlledThread thread, int site) =>
        Of(thread, obj).TryEnterBy(thread, timeout.Ticks, site);

    public static void TryEnter(object obj, [Default(0)] Limit timeout, ref bool lockTaken, ControlledThread thread, int site)
    {
        RequireNotTaken(lockTaken);
        lockTaken = TryEnter(obj, timeout, thread, site);
    }

    public static void Exit(object obj, ControlledThread thread, int site)
    {
        MonitorResource monitor = Of(thread, obj);
        if (!thread.Execution.Ending)
        {
            monitor.ExitBy(thread, site);
        }
    }

    public static bool IsEntered(object obj, ControlledThread thread, int site) => Of(thread, obj).Owner == thread;

    public static bool Wait(
        object obj, [Default(Timeout.Infinite)] Limit timeout, [Default] bool exitContext, ControlledThread thread, int site)
    {
        long ticks = timeout.Ticks;
        MonitorResource monitor = Of(thread, obj);
        monitor.RequireOwner(thread);
        thread.StepRelease(OperationKind.Wait, monitor, site);
        int count = monitor.LeaveAllBy(thread);
        WakeReason reason = thread.Await(OperationKind.Wait, monitor.Join(thread), site, ticks);
        monitor.EnterBy(thread, site, count);
        return reason switch
        {
            WakeReason.Interrupted => throw new ThreadInterruptedException(),
            _ => reason == WakeReason.Proceeded,
        };
    }

    public static void Pulse(object obj, ControlledThread thread, int site) => Pulse(thread, obj, all: false, site);

    public static void PulseAll(object obj, ControlledThread thread, int site) => Pulse(thread, obj, all: true, site);

    internal static MonitorResource Of(ControlledThread thread, object obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        return thread.Execution.Resources.Get(obj, thread.Execution, static _ => new MonitorResource());
    }

    private static void Pulse(ControlledThread thread, object obj, bool all, int site)
    {
        MonitorResource monitor = Of(thread, obj);
        monitor.RequireOwner(thread);
        thread.RecordOnly(all ? OperationKind.PulseAll : OperationKind.Pulse, monitor, site);
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
