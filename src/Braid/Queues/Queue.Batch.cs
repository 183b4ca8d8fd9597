namespace Braid.Queues;

public partial class Queue<T>
{
    /// <inheritdoc/>
    public T[] GetMany(int max, CancellationToken token = default) => TryGetMany(max, Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    public T[] TryGetMany(int max, TimeSpan timeout = default, CancellationToken token = default) =>
        Batches.TryGet(this, max, timeout, token);

    /// <inheritdoc/>
    public ValueTask<T[]> GetManyAsync(int max, CancellationToken token = default) => TryGetManyAsync(max, Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    public ValueTask<T[]> TryGetManyAsync(int max, TimeSpan timeout, CancellationToken token = default) =>
        Batches.TryGetAsync(this, max, timeout, token);

    /// <inheritdoc/>
    public IEnumerable<T> GetConsumingEnumerable(CancellationToken token = default) => Batches.Enumerate(this, token);

    /// <summary>
    /// Takes items, awaiting each, until the queue is shut down and has none left: <c>await foreach (var item in queue)</c>.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for the next item.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; thrown by the enumeration.</exception>
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        Batches.EnumerateAsync(this, cancellationToken);

    bool IItemSource<T>.TryGetUnlessShutDown(out T? item, CancellationToken token)
    {
        var rule = new GetRule(this);
        token.ThrowIfCancellationRequested();
        MeasureOnce();
        _getters.Wait(ref rule, Deadline.Never, token);
        item = rule.Item;
        return !rule.IsShutDown;
    }

    T[] IItemSource<T>.WithMore(T first, int max)
    {
        using Gate.Scope held = _gate.Enter();
        var items = new T[Math.Min(max, 1 + _count)];
        items[0] = first;
        int count = 1;
        try
        {
            while (count < items.Length && _count > 0 && TryGetUnderGate(out T? item, awaits: false))
            {
                items[count++] = item;
            }
        }
        catch (Exception)
        {
            // An override that fails now fails again at the next get; the items taken before it must not be lost with it.
        }

        return count == items.Length ? items : items[..count];
    }
}
