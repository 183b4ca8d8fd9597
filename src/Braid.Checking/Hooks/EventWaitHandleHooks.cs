using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>EventWaitHandle, and what AutoResetEvent and ManualResetEvent have from it. Only events without a name: others belong to other processes too.</summary>
[Hooks(typeof(EventWaitHandle))]
internal static class EventWaitHandleHooks
{
    public static EventWaitHandle New(bool initialState, EventResetMode mode, ControlledThread thread, int site) =>
        Made(thread, new EventWaitHandle(initialState, mode), initialState, isAuto: mode == EventResetMode.AutoReset);

    public static bool Set(EventWaitHandle self, ControlledThread thread, int site)
    {
        if (!thread.Execution.Ending)
        {
            KernelObject signal = KernelWaits.Of(thread, self, site);
            thread.Step(OperationKind.Signal, signal, site);
            KernelWaits.RequireOpen(self);
            signal.SignalBy(thread, site);
        }

        return true;
    }

    public static bool Reset(EventWaitHandle self, ControlledThread thread, int site)
    {
        if (!thread.Execution.Ending)
        {
            var signal = (EventResource)KernelWaits.Of(thread, self, site);
            thread.Step(OperationKind.Reset, signal, site);
            KernelWaits.RequireOpen(self);
            signal.ResetBy(thread, site);
        }

        return true;
    }

    /// <summary>The run knows the state of an event that it has made itself.</summary>
    private static T Made<T>(ControlledThread thread, T made, bool initialState, bool isAuto)
        where T : EventWaitHandle
    {
        thread.Execution.Resources.Get(made, thread.Execution, _ => new EventResource(initialState, isAuto));
        return made;
    }

    /// <summary>What AutoResetEvent has of its own.</summary>
    [Hooks(typeof(AutoResetEvent))]
    internal static class OfAuto
    {
        public static AutoResetEvent New(bool initialState, ControlledThread thread, int site) => Made(thread, new AutoResetEvent(initialState), initialState, isAuto: true);
    }

    /// <summary>What ManualResetEvent has of its own.</summary>
    [Hooks(typeof(ManualResetEvent))]
    internal static class OfManual
    {
        public static ManualResetEvent New(bool initialState, ControlledThread thread, int site) => Made(thread, new ManualResetEvent(initialState), initialState, isAuto: false);
    }
}
