namespace Braid.AsyncIO;

/// <summary>
/// The callbacks to be run later, ordered by time, and those of the same time in order of creation. The loop's own thread only.
/// </summary>
/// <remarks>
/// A cancelled timer stays in place until it is due, because removing it from the middle of a heap would require its index. If more than
/// half of a large number are cancelled, the heap is rebuilt without them, as in CPython, so that cancelled timers do not pile up.
/// </remarks>
internal sealed class LoopTimers
{
    private const int ManyCancelled = 100;
    private const int Many = 1 << 14;     // memory for this many is never returned

    private readonly PriorityQueue<TimerHandle, (TimeSpan When, long Number)> _heap = new();
    private long _made;
    private int _cancelled;   // of those in the heap; also counts some that were due already, which only makes the heap be rebuilt earlier

    public int Count => _heap.Count;

    public void Add(TimerHandle timer) => _heap.Enqueue(timer, (timer.When, _made++));

    /// <summary>When the next one is due; null if there is none.</summary>
    public TimeSpan? Next => _heap.TryPeek(out TimerHandle? next, out _) ? next.When : null;

    public void MoveDueTo(ReadyQueue ready, TimeSpan now)
    {
        while (_heap.TryPeek(out TimerHandle? next, out _) && next.When <= now)
        {
            _heap.Dequeue();
            if (next.Cancelled)
            {
                _cancelled--;
            }
            else
            {
                ready.Add(new ReadyCall(Handle.Run, next));
            }
        }

        GiveBack();
    }

    public void OnCancelled()
    {
        if (++_cancelled > ManyCancelled && _cancelled > _heap.Count / 2)
        {
            (TimerHandle Element, (TimeSpan, long) Priority)[] left =
                [.. _heap.UnorderedItems.Where(static item => !item.Element.Cancelled)];
            _heap.Clear();
            _heap.EnqueueRange(left);
            _cancelled = 0;
            GiveBack();
        }
    }

    /// <summary>Returns memory that only a burst of timers needed.</summary>
    private void GiveBack()
    {
        int capacity = _heap.EnsureCapacity(0);
        if (capacity > Many && _heap.Count < capacity / 8)
        {
            _heap.TrimExcess();
        }
    }
}
