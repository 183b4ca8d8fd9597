using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>SynchronizationContext. The program's own contexts are code like any other; the base class posts to the pool.</summary>
[Hooks(
    typeof(SynchronizationContext),
    Allowed =
    [
        ".ctor", "get_Current", "SetSynchronizationContext", "Send", "CreateCopy", "OperationStarted", "OperationCompleted",
        "IsWaitNotificationRequired", "SetWaitNotificationRequired",
    ],
    LeavesBaseCalls = true)]
internal static class SynchronizationContextHooks
{
    public static void Post(SynchronizationContext self, SendOrPostCallback d, object? state, ControlledThread thread, int site)
    {
        if (self.GetType() == typeof(SynchronizationContext))
        {
            base_Post(self, d, state, thread, site);
            return;
        }

        self.Post(d, state);
    }

    /// <summary>Called by an override that calls its base's Post.</summary>
    public static void base_Post(SynchronizationContext derived, SendOrPostCallback d, object? state, ControlledThread thread, int site) =>
        ThreadPoolHooks.QueueUserWorkItem(_ => d(state), null, thread, site);
}
