using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>EventWaitHandle, and what AutoResetEvent and ManualResetEvent have from it. Only events without a name: others belong to other processes too.</summary>
[Hooks(typeof(EventWaitHandle))]
internal static class EventWaitHandleHooks
{
    public static EventWaitHandle New(bool initialState, EventResetMode mode, int site) => Made(new EventWaitHandle(initialState, mode), initialState, mode);

    public static bool Set(EventWaitHandle self, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            return self.Set();
        }

        if (!thread.Execution.Ending)
        {
            KernelObject signal = KernelWaits.Of(thread, self, site);
            thread.Step(OperationKind.Signal, signal, site);
            KernelWaits.RequireOpen(self);
            signal.SignalBy(thread, site);
        }

        return true;
    }

    public static bool Reset(EventWaitHandle self, int site)
    {
        if (ControlledThread.Current is not { } thread)
        {
            return self.Reset();
        }

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
    internal static T Made<T>(T made, bool initialState, EventResetMode mode)
        where T : EventWaitHandle
    {
        if (ControlledThread.Current is { } thread)
        {
            thread.Execution.Resources.Get(made, thread.Execution, _ => new EventResource(initialState, mode == EventResetMode.AutoReset));
        }

        return made;
    }
}
