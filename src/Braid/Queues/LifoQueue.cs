namespace Braid.Queues;

/// <summary>A queue that returns the newest item first.</summary>
/// <remarks>Python counterpart: <c>queue.LifoQueue</c>, <c>asyncio.LifoQueue</c>.</remarks>
/// <typeparam name="T">The type of the items.</typeparam>
/// <param name="maxsize">The maximum number of items; 0, the default, for any number.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="maxsize"/> is negative.</exception>
public class LifoQueue<T>(int maxsize = 0) : Queue<T>(maxsize, hasOwnStore: true)
{
    private readonly Stack<T> _items = new();   // guarded by the base's gate

    /// <inheritdoc/>
    protected override int CountCore => _items.Count;

    /// <inheritdoc/>
    protected override void PutCore(T item) => _items.Push(item);

    /// <inheritdoc/>
    protected override T PeekCore() => _items.Peek();

    /// <inheritdoc/>
    protected override T GetCore()
    {
        T item = _items.Pop();
        if (Burst.IsOver(_items.Count, _items.Capacity))
        {
            Burst.GiveBack(_items, static items => items.TrimExcess(items.Capacity / 2));
        }

        return item;
    }
}
