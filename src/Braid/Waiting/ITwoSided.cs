namespace Braid.Waiting;

/// <summary>
/// A primitive with two wait queues under one gate that feed each other: what a waiter of one side takes is what the other side waits for.
/// </summary>
internal interface ITwoSided
{
    /// <summary>Serves the waiters of both sides until none can continue. Under the gate.</summary>
    /// <remarks>
    /// A wait queue calls it only after the waiter that took has left the queue. So no waiter is served twice, and no rule has to know
    /// which side is being served.
    /// </remarks>
    void SettleUnderGate();
}
