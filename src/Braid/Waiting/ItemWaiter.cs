using System.Threading.Tasks.Sources;

namespace Braid.Waiting;

/// <summary>An await for an item: the thread that settles it stores the item first.</summary>
internal class ItemWaiter<T> : AsyncWaiter, IValueTaskSource<T>, IValueTaskSource<(bool Success, T Item)>
{
    /// <summary>Written under the gate by the granting thread; read with the result, then cleared.</summary>
    internal T? Item { get; set; }

    /// <summary>
    /// Whether it still wants an item. After true it gets one, or a failure. Called once, under the gate, by a thread that has an item for
    /// it.
    /// </summary>
    internal virtual bool TryChoose() => true;

    public static ItemWaiter<T> Rent() => WaiterPool<ItemWaiter<T>>.Rent() ?? new ItemWaiter<T>();

    public ValueTask<T> AsTask() => new(this, Version);

    public ValueTask<(bool Success, T Item)> AsTryTask() => new(this, Version);

    T IValueTaskSource<T>.GetResult(short token)
    {
        T item = Item!;
        Finish(token);
        return item;
    }

    (bool Success, T Item) IValueTaskSource<(bool Success, T Item)>.GetResult(short token)
    {
        T item = Item!;
        return (Finish(token), item);
    }

    protected override void Recycle()
    {
        Item = default;
        WaiterPool<ItemWaiter<T>>.Return(this);
    }
}
