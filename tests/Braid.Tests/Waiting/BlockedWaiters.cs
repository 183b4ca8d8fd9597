using Braid.Waiting;

namespace Braid.Tests;

/// <summary>Finds the waiters of blocked threads. Whoever locks one keeps its thread from waking up.</summary>
internal static class BlockedWaiters
{
    /// <summary>The waiter of the actor's thread, once it sleeps in the queue.</summary>
    public static ThreadWaiter Sleeping(BlockingActor actor, WaitQueue queue)
    {
        ThreadWaiter? found = null;
        Eventually.Holds(() =>
        {
            found = Waiter.Registry.Snapshot().OfType<ThreadWaiter>().FirstOrDefault(waiter => waiter.Thread == actor.Thread && waiter.Queue == queue);
            return found is not null && (actor.Thread.ThreadState & System.Threading.ThreadState.WaitSleepJoin) != 0;
        });
        return found!;
    }
}
