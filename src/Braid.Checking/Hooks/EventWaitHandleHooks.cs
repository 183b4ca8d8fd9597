using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// EventWaitHandle, and the members that AutoResetEvent and ManualResetEvent inherit. Only events without a name: named ones belong to
/// other processes too.
/// </summary>
[Hooks(typeof(EventWaitHandle))]
internal static class EventWaitHandleHooks
{
    public static EventWaitHandle New(bool initialState, EventResetMode mode, ControlledThread thread, int site) =>
        Track(thread, new EventWaitHandle(initialState, mode), initialState, isAuto: mode == EventResetMode.AutoReset);

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

    /// <summary>Registers the state of an event that the run has made itself.</summary>
    private static T Track<T>(ControlledThread thread, T made, bool initialState, bool isAuto)
        where T : EventWaitHandle
    {
        thread.Execution.Resources.Get(made, thread.Execution, _ => new EventResource(initialState, isAuto));
        return made;
    }

    /// <summary>The members that AutoResetEvent declares itself.</summary>
    [Hooks(typeof(AutoResetEvent))]
    internal static class OfAuto
    {
        public static AutoResetEvent New(bool initialState, ControlledThread thread, int site) =>
            Track(thread, new AutoResetEvent(initialState), initialState, isAuto: true);
    }

    /// <summary>The members that ManualResetEvent declares itself.</summary>
    [Hooks(typeof(ManualResetEvent))]
    internal static class OfManual
    {
        public static ManualResetEvent New(bool initialState, ControlledThread thread, int site) =>
            Track(thread, new ManualResetEvent(initialState), initialState, isAuto: false);
    }
}
