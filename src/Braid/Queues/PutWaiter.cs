namespace Braid.Queues;

/// <summary>An await for room, with the item that whoever makes room puts in on its behalf.</summary>
internal sealed class PutWaiter<T> : SignalWaiter
{
    /// <summary>Written before the waiter is enqueued; cleared when it is done with.</summary>
    internal T? Item { get; set; }

    public static PutWaiter<T> Rent(T item)
    {
        PutWaiter<T> waiter = WaiterPool<PutWaiter<T>>.Rent() ?? new PutWaiter<T>();
        waiter.Item = item;
        return waiter;
    }

    protected override void Recycle()
    {
        Item = default;
        WaiterPool<PutWaiter<T>>.Return(this);
    }
}
