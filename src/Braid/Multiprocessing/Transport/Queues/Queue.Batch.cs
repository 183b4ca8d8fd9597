using Braid.Queues;

namespace Braid.Multiprocessing;

public partial class Queue<T>
{
    /// <inheritdoc/>
    /// <exception cref="PayloadException">
    /// The first item cannot be rebuilt in this process; it is removed. If a later one cannot, the next get throws.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public T[] GetMany(int max, CancellationToken token = default) => TryGetMany(max, Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    /// <exception cref="PayloadException">
    /// The first item cannot be rebuilt in this process; it is removed. If a later one cannot, the next get throws.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public T[] TryGetMany(int max, TimeSpan timeout = default, CancellationToken token = default) =>
        Batches.TryGet(this, max, timeout, token);

    /// <inheritdoc/>
    /// <exception cref="PayloadException">
    /// The first item cannot be rebuilt in this process; it is removed. If a later one cannot, the next get throws.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public ValueTask<T[]> GetManyAsync(int max, CancellationToken token = default) => TryGetManyAsync(max, Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    /// <exception cref="PayloadException">
    /// The first item cannot be rebuilt in this process; it is removed. If a later one cannot, the next get throws.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public ValueTask<T[]> TryGetManyAsync(int max, TimeSpan timeout, CancellationToken token = default) =>
        Batches.TryGetAsync(this, max, timeout, token);

    /// <inheritdoc/>
    public IEnumerable<T> GetConsumingEnumerable(CancellationToken token = default) => Batches.Enumerate(this, token);

    /// <inheritdoc cref="Queues.Queue{T}.GetAsyncEnumerator"/>
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        Batches.EnumerateAsync(this, cancellationToken);

    bool IItemSource<T>.TryGetUnlessShutDown(out T? item, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        var rule = new RingRule<GetAttempt>(new(_ring), Spinning.SharedTurns);
        SharedWait.Wait(this, ref rule, Deadline.Never, token);
        item = rule.Outcome == RingOutcome.Done ? Read(rule.Attempt.Message) : default;
        return rule.Outcome == RingOutcome.Done;
    }

    T[] IItemSource<T>.WithMore(T first, int max)
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
                Volatile.Write(ref _postponed, exception);   // the items taken before it must not be lost with it; the next get throws it
                break;
            }
        }

        return [.. items];
    }
}
