namespace Braid.Queues;

public partial class Queue<T>
{
    /// <inheritdoc/>
    public T[] GetMany(int max, CancellationToken token = default) => TryGetMany(max, Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    public T[] TryGetMany(int max, TimeSpan timeout = default, CancellationToken token = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return TryGet(out T? first, timeout, token) ? WithMore(first, max) : [];
    }

    /// <inheritdoc/>
    public ValueTask<T[]> GetManyAsync(int max, CancellationToken token = default) => TryGetManyAsync(max, Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<T[]> TryGetManyAsync(int max, TimeSpan timeout, CancellationToken token = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return await TryGetAsync(timeout, token) is (true, var first) ? WithMore(first, max) : [];
    }

    /// <inheritdoc/>
    public IEnumerable<T> GetConsumingEnumerable(CancellationToken token = default)
    {
        while (TryGetUnlessShutDown(out T? item, token))
        {
            yield return item!;
        }
    }

    /// <summary>Takes items out, awaiting each, until the queue is shut down and has none left: <c>await foreach (var item in queue)</c>.</summary>
    /// <param name="cancellationToken">Ends the wait for the next item.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; thrown by the enumeration.</exception>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            T item;
            try
            {
                item = await GetAsync(cancellationToken);
            }
            catch (QueueShutDownException)
            {
                yield break;
            }

            yield return item;
        }
    }

    /// <summary>Waits for an item or the end, and tells the end without an exception.</summary>
    internal bool TryGetUnlessShutDown(out T? item, CancellationToken token = default)
    {
        var rule = new GetRule(this);
        token.ThrowIfCancellationRequested();
        MeasureOnce();
        _getters.Wait(ref rule, Deadline.Never, token);
        item = rule.Item;
        return !rule.IsShutDown;
    }

    private T[] WithMore(T first, int max)
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
            // An override that fails now fails again at the next get; what was taken before must not be lost with it.
        }

        return count == items.Length ? items : items[..count];
    }
}
