using Braid.Queues;

namespace Braid.Multiprocessing;

public partial class Queue<T>
{
    /// <summary>Takes several items out at once, blocking until there is at least one.</summary>
    /// <param name="max">How many at most; 1 or more.</param>
    /// <param name="token">Ends the wait; no item is taken.</param>
    /// <returns>The items, in order: one at least.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="max"/> is less than 1.</exception>
    /// <exception cref="PayloadException">The first item cannot be rebuilt in this process; it is taken out. If a later one cannot, the next get says so.</exception>
    /// <exception cref="QueueShutDownException">The queue is shut down and has no item left, before or during the wait.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public T[] GetMany(int max, CancellationToken token = default) => TryGetMany(max, Timeout.InfiniteTimeSpan, token);

    /// <summary>Takes several items out at once, blocking until there is at least one or the time is up.</summary>
    /// <param name="max">How many at most; 1 or more.</param>
    /// <param name="timeout">How long to wait for the first at most; zero, the default, tries once; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <param name="token">Ends the wait; no item is taken.</param>
    /// <returns>The items, in order; none when the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="max"/> is less than 1, or the timeout is negative and not infinite.</exception>
    /// <exception cref="PayloadException">The first item cannot be rebuilt in this process; it is taken out. If a later one cannot, the next get says so.</exception>
    /// <exception cref="QueueShutDownException">The queue is shut down and has no item left, before or during the wait.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public T[] TryGetMany(int max, TimeSpan timeout = default, CancellationToken token = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return TryGet(out T? first, timeout, token) ? WithMore(first, max) : [];
    }

    /// <summary>Takes several items out at once, waiting without blocking the thread until there is at least one.</summary>
    /// <inheritdoc cref="GetMany(int, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="GetMany(int, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="GetMany(int, CancellationToken)" path="/exception"/>
    public ValueTask<T[]> GetManyAsync(int max, CancellationToken token = default) => TryGetManyAsync(max, Timeout.InfiniteTimeSpan, token);

    /// <summary>Takes several items out at once, waiting without blocking the thread until there is at least one or the time is up.</summary>
    /// <inheritdoc cref="TryGetMany(int, TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryGetMany(int, TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryGetMany(int, TimeSpan, CancellationToken)" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<T[]> TryGetManyAsync(int max, TimeSpan timeout, CancellationToken token = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return await TryGetAsync(timeout, token) is (true, var first) ? WithMore(first, max) : [];
    }

    /// <summary>Takes items out, blocking for each, until the queue is shut down and has none left: <c>foreach (var item in queue.GetConsumingEnumerable())</c>.</summary>
    /// <remarks><c>Parallel.ForEach</c> and PLINQ take several items of a sequence ahead and keep them until they have enough. Give them <c>Partitioner.Create(queue.GetConsumingEnumerable(), EnumerablePartitionerOptions.NoBuffering)</c>, or use <c>Parallel.ForEachAsync(queue, ...)</c>.</remarks>
    /// <param name="token">Ends the wait for the next item.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; thrown by the enumeration.</exception>
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
