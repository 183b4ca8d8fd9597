namespace Braid.Waiting;

/// <summary>Who gets what from a primitive: its state, seen as something that can be taken.</summary>
/// <remarks>A rule is a struct over a reference to the primitive's state, so the same rule serves wherever that state lives.</remarks>
internal interface IRule
{
    /// <summary>Whether it is worth entering the gate. A look without it; neither answer is a promise.</summary>
    bool LooksReady();

    /// <summary>Whether what one takes is lost to the others, so that an awaiting newcomer must not take before earlier awaits.</summary>
    bool KeepsOrder { get; }

    /// <summary>Takes for the calling thread. Under the gate.</summary>
    /// <param name="othersWait">Whether other waiters are enqueued, so that the primitive can mark it.</param>
    bool TryTake(bool othersWait);

    /// <summary>Takes on behalf of an awaiting waiter and puts into it what it gets. Under the gate.</summary>
    bool TryServe(AsyncWaiter waiter, bool othersWait);

    /// <summary>Whether a thread woken now would find something. Under the gate. After false, whoever gives next must come by the queue.</summary>
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
