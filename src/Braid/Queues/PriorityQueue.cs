namespace Braid.Queues;

/// <summary>A queue that returns the smallest item first, and equal ones in the order in which they were put.</summary>
/// <remarks>
/// Items are compared with the gate held: a comparer must be quick and must not use the queue. If it throws, the put or get that compared
/// fails and the queue is unchanged. To order by a priority, put tuples: <c>(priority, item)</c>. Python counterpart:
/// <c>queue.PriorityQueue</c>, <c>asyncio.PriorityQueue</c>, which are not stable and lose count if a comparison fails.
/// </remarks>
/// <typeparam name="T">The type of the items.</typeparam>
public class PriorityQueue<T> : Queue<T>
{
    private readonly List<(T Item, long Number)> _heap = [];   // a binary heap; guarded by the base's gate
    private readonly IComparer<T> _comparer;
    private long _number;                                      // guarded by the base's gate: numbers the items, for the order of equal ones

    /// <summary>Creates an empty queue.</summary>
    /// <param name="maxsize">The maximum number of items; 0, the default, for any number.</param>
    /// <param name="comparer">Decides which of two items is smaller; the type's own order by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxsize"/> is negative.</exception>
    public PriorityQueue(int maxsize = 0, IComparer<T>? comparer = null)
        : base(maxsize, hasOwnStore: true) => _comparer = comparer ?? Comparer<T>.Default;

    /// <inheritdoc/>
    protected override int CountCore => _heap.Count;

    /// <inheritdoc/>
    protected override void PutCore(T item)
    {
        (T Item, long Number) entry = (item, _number);
        int place = _heap.Count;
        while (place > 0 && IsBefore(entry, _heap[Parent(place)]))   // find the place first: a failing comparison must change nothing
        {
            place = Parent(place);
        }

        _number++;
        _heap.Add(entry);
        for (int at = _heap.Count - 1; at > place; at = Parent(at))
        {
            _heap[at] = _heap[Parent(at)];
        }

        _heap[place] = entry;
    }

    /// <inheritdoc/>
    protected override T PeekCore() => _heap[0].Item;

    /// <inheritdoc/>
    protected override T GetCore()
    {
        (T Item, long Number) last = _heap[^1];
        int count = _heap.Count - 1;
        Span<int> path = stackalloc int[32];                         // a heap of 2^31 items is 31 deep
        int depth = 0;
        for (int at = 0, child; (child = (2 * at) + 1) < count; at = child)
        {
            if (child + 1 < count && IsBefore(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (!IsBefore(_heap[child], last))
            {
                break;
            }

            path[depth++] = child;
        }

        T first = _heap[0].Item;
        int hole = 0;
        foreach (int child in path[..depth])
        {
            _heap[hole] = _heap[child];
            hole = child;
        }

        _heap[hole] = last;
        _heap.RemoveAt(count);
        if (Burst.IsOver(count, _heap.Capacity))
        {
            Burst.GiveBack(_heap, static heap => heap.Capacity /= 2);
        }

        return first;
    }

    private static int Parent(int place) => (place - 1) / 2;

    private bool IsBefore((T Item, long Number) a, (T Item, long Number) b)
    {
        int order = _comparer.Compare(a.Item, b.Item);
        return order < 0 || (order == 0 && a.Number < b.Number);
    }
}
