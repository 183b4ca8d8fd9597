using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The queues of the real pool, in which nothing that is controlled waits.</summary>
[Hooks("System.Threading.ThreadPoolWorkQueue")]
internal static class ThreadPoolWorkQueueHooks
{
    /// <summary>Code that is about to block a thread of the pool offers the work queued by that thread to the others.</summary>
    public static void TransferAllLocalWorkItemsToHighPriorityGlobalQueue(object? type, ControlledThread thread, int site)
    {
    }
}
