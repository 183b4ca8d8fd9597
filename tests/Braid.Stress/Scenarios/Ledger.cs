namespace Braid.Stress;

/// <summary>Books each item that was put and each that was got. Booking never blocks, so no interrupt can strike in it.</summary>
internal sealed class Ledger
{
    private Entry? _put;         // by compare-exchange: the last one
    private Entry? _got;         // by compare-exchange: the last one
    private long _lastItem;      // by Interlocked

    public long Count { get; private set; }

    public long Next() => Interlocked.Increment(ref _lastItem);

    public void WasPut(long item) => Push(ref _put, item);

    public void WasGot(long item) => Push(ref _got, item);

    /// <summary>Compares the two books, when nobody writes any more.</summary>
    public void Check(StressRun run)
    {
        HashSet<long> open = [];
        for (Entry? entry = _put; entry is not null; entry = entry.Before)
        {
            open.Add(entry.Item);
            Count++;
        }

        for (Entry? entry = _got; entry is not null; entry = entry.Before)
        {
            run.Check(open.Remove(entry.Item), $"item {entry.Item} was got twice, or never put");
        }

        run.Check(open.Count == 0, $"{open.Count} items were put and never got");
    }

    private static void Push(ref Entry? last, long item)
    {
        var entry = new Entry(item);
        do
        {
            entry.Before = Volatile.Read(ref last);
        }
        while (Interlocked.CompareExchange(ref last, entry, entry.Before) != entry.Before);
    }

    private sealed class Entry(long item)
    {
        public readonly long Item = item;
        public Entry? Before;
    }
}
