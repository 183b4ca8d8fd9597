namespace Braid.Waiting;

/// <summary>A primitive's state, seen as something that can be taken.</summary>
/// <remarks>A rule is a struct over a reference to the primitive's state, so the same rule serves wherever that state is stored.</remarks>
internal interface IRule
{
    /// <summary>Whether it is worthwhile to enter the gate. Read without it; neither answer is a promise.</summary>
    bool LooksReady();

    /// <summary>
    /// Whether what one waiter takes is lost to the others, so that an awaiting newcomer must not take before earlier awaits.
    /// </summary>
    bool KeepsOrder { get; }

    /// <summary>Takes for the calling thread. Under the gate.</summary>
    /// <param name="othersWait">Whether other waiters are enqueued, so that the primitive can record it.</param>
    bool TryTake(bool othersWait);

    /// <summary>Takes on behalf of an awaiting waiter and stores what was taken in it. Under the gate.</summary>
    bool TryServe(AsyncWaiter waiter, bool othersWait);

    /// <summary>
    /// Whether a thread woken now would find something. Under the gate. If false, the next giver must go through the queue.
    /// </summary>
    bool CanTake();
}

/// <summary>The rule of a queue whose waiters are only ever granted or refused by other threads.</summary>
internal readonly struct NothingToTake : IRule
{
    public bool KeepsOrder => false;

    public bool LooksReady() => false;

    public bool TryTake(bool othersWait) => false;

    public bool TryServe(AsyncWaiter waiter, bool othersWait) => false;

    public bool CanTake() => false;
}
