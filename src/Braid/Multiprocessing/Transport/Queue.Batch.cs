using Braid.Queues;

namespace Braid.Multiprocessing;

public partial class Queue<T>
{
    /// <inheritdoc/>
    /// <exception cref="PayloadException">The first item cannot be rebuilt in this process; it is taken out. If a later one cannot, the next get says so.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public T[] GetMany(int max, CancellationToken token = default) => TryGetMany(max, Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    /// <exception cref="PayloadException">The first item cannot be rebuilt in this process; it is taken out. If a later one cannot, the next get says so.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public T[] TryGetMany(int max, TimeSpan timeout = default, CancellationToken token = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return TryGet(out T? first, timeout, token) ? WithMore(first, max) : [];
    }

    /// <inheritdoc/>
    /// <exception cref="PayloadException">The first item cannot be rebuilt in this process; it is taken out. If a later one cannot, the next get says so.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public ValueTask<T[]> GetManyAsync(int max, CancellationToken token = default) => TryGetManyAsync(max, Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    /// <exception cref="PayloadException">The first item cannot be rebuilt in this process; it is taken out. If a later one cannot, the next get says so.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
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

    private bool TryGetUnlessShutDown(out T? item, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        var rule = new GetRule(_ring, Spinning.SharedTurns);
        SharedWait.Wait(this, ref rule, Deadline.Never, token);
        item = rule.Outcome == RingOutcome.Done ? Read(rule.Message) : default;
        return rule.Outcome == RingOutcome.Done;
    }

    private T[] WithMore(T first, int max)
    {
        var items = new List<T> { first };
        while (items.Count < max && _ring.TryGet(out Message message, out _) == RingOutcome.Done)
        {
            try
            {
                items.Add(Read(message));
            }
            catch (Exception exception)
            {
                Volatile.Write(ref _postponed, exception);   // what was taken before must not be lost with it; the next get throws it
                break;
            }
        }

        return [.. items];
    }
}
