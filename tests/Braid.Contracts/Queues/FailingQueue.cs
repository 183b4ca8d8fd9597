namespace Braid.Contracts;

/// <summary>The store of a queue failed, as a test wants it.</summary>
public sealed class StoreException : Exception;

/// <summary>A queue with a store that fails when told to.</summary>
public sealed class FailingQueue(int maxsize) : Queues.Queue<int>(maxsize)
{
    public const int Poison = -1;

    private readonly System.Collections.Generic.Queue<int> _items = new();

    public bool PutFails { get; set; }

    public bool GetFails { get; set; }

    /// <summary>After so many more gets they fail; null for never.</summary>
    public int? GetFailsAfter { get; set; }

    protected override int CountCore => _items.Count;

    protected override void PutCore(int item)
    {
        if (PutFails || item == Poison)
        {
            throw new StoreException();
        }

        _items.Enqueue(item);
    }

    protected override int GetCore()
    {
        if (GetFails || GetFailsAfter-- == 0)
        {
            throw new StoreException();
        }

        return _items.Dequeue();
    }
}
