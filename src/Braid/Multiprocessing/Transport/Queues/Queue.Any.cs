using System.Diagnostics.CodeAnalysis;
using Braid.Queues;

namespace Braid.Multiprocessing;

/// <summary>
/// Operations on several queues between processes at once. In each queue callers of one process are served in order of arrival; between
/// processes there is no order.
/// </summary>
public static class Queue
{
    /// <inheritdoc cref="Queues.Queue.GetAny"/>
    /// <exception cref="PayloadException">The item cannot be rebuilt in this process; it is removed.</exception>
    /// <exception cref="ObjectDisposedException">One of the queues was closed in this process, before or during the wait.</exception>
    public static (Queue<T> Queue, T Item) GetAny<T>(IEnumerable<Queue<T>> queues, CancellationToken token = default)
    {
        TryGetAny(queues, out Queue<T>? from, out T? item, Timeout.InfiniteTimeSpan, token);
        return (from!, item!);
    }

    /// <inheritdoc cref="Queues.Queue.TryGetAny"/>
    /// <inheritdoc cref="GetAny" path="/exception"/>
    public static bool TryGetAny<T>(
        IEnumerable<Queue<T>> queues, [MaybeNullWhen(false)] out Queue<T> from, [MaybeNullWhen(false)] out T item,
        TimeSpan timeout = default, CancellationToken token = default) =>
        AnyOf<Queue<T>, T>.TryGet(queues, QueueChoice<T>.New, out from, out item, timeout, token);

    /// <inheritdoc cref="Queues.Queue.GetAnyAsync"/>
    /// <inheritdoc cref="GetAny" path="/exception"/>
    public static ValueTask<(Queue<T> Queue, T Item)> GetAnyAsync<T>(IEnumerable<Queue<T>> queues, CancellationToken token = default) =>
        AnyOf<Queue<T>, T>.GetAsync(queues, QueueChoice<T>.New, token);

    /// <inheritdoc cref="Queues.Queue.TryGetAnyAsync"/>
    /// <inheritdoc cref="GetAny" path="/exception"/>
    public static ValueTask<(bool Success, Queue<T> Queue, T Item)> TryGetAnyAsync<T>(
        IEnumerable<Queue<T>> queues, TimeSpan timeout, CancellationToken token = default) =>
        AnyOf<Queue<T>, T>.TryGetAsync(queues, QueueChoice<T>.New, timeout, token);
}

public partial class Queue<T>
{
    bool IItemSource<T>.TryGetUnlessEnded([MaybeNullWhen(false)] out T item, bool awaits, bool isLast, out bool isEnded)
    {
        RingOutcome outcome = TryRing(out Message message, isLast);
        isEnded = outcome == RingOutcome.Ended;
        item = outcome == RingOutcome.Done ? Read(message) : default;
        return outcome == RingOutcome.Done;
    }

    internal RingRule<GetAttempt> NewGetRule() => new(new(_ring));
}
