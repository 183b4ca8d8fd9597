using System.Diagnostics.CodeAnalysis;

namespace Braid.Queues;

/// <summary>Operations on several queues at once.</summary>
public static class Queue
{
    /// <summary>Takes the next item from whichever of several queues has one first, blocking until one has.</summary>
    /// <remarks>
    /// In each queue the call is served in its turn, in order of arrival. If several have items at the beginning, they take turns at being
    /// first. Exactly one item is taken, from one queue, and none is lost, whenever the wait ends. A queue that is shut down and empty is
    /// skipped.
    /// </remarks>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="queues">The queues: one or more.</param>
    /// <param name="token">Ends the wait; no item is taken.</param>
    /// <returns>The item, and the queue that it came from.</returns>
    /// <exception cref="ArgumentException">There is no queue, or one is null.</exception>
    /// <exception cref="QueueShutDownException">All queues are shut down and have no item left, before or during the wait.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    public static (Queue<T> Queue, T Item) GetAny<T>(IEnumerable<Queue<T>> queues, CancellationToken token = default)
    {
        TryGetAny(queues, out Queue<T>? from, out T? item, Timeout.InfiniteTimeSpan, token);
        return (from!, item!);
    }

    /// <summary>Takes the next item from whichever of several queues has one first, blocking until one has or the time is up.</summary>
    /// <param name="queues">The queues: one or more.</param>
    /// <param name="from">The queue that the item came from.</param>
    /// <param name="item">The item.</param>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, tries each once; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait; no item is taken.</param>
    /// <returns>Whether there was an item; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="GetAny" path="/remarks"/>
    /// <inheritdoc cref="GetAny" path="/typeparam"/>
    /// <inheritdoc cref="GetAny" path="/exception"/>
    public static bool TryGetAny<T>(
        IEnumerable<Queue<T>> queues, [MaybeNullWhen(false)] out Queue<T> from, [MaybeNullWhen(false)] out T item,
        TimeSpan timeout = default, CancellationToken token = default) =>
        AnyOf<Queue<T>, T>.TryGet(queues, QueueChoice<T>.New, out from, out item, timeout, token);

    /// <summary>
    /// Takes the next item from whichever of several queues has one first, waiting without blocking the thread until one has.
    /// </summary>
    /// <inheritdoc cref="GetAny"/>
    public static ValueTask<(Queue<T> Queue, T Item)> GetAnyAsync<T>(IEnumerable<Queue<T>> queues, CancellationToken token = default) =>
        AnyOf<Queue<T>, T>.GetAsync(queues, QueueChoice<T>.New, token);

    /// <summary>
    /// Takes the next item from whichever of several queues has one first, waiting without blocking the thread until one has or the time is
    /// up: <c>if (await Queues.Queue.TryGetAnyAsync([a, b], timeout) is (true, var from, var item))</c>.
    /// </summary>
    /// <param name="queues">The queues: one or more.</param>
    /// <param name="timeout">How long to wait at most; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.</param>
    /// <param name="token">Ends the wait; no item is taken.</param>
    /// <returns>Whether there was an item, the queue that it came from, and the item; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="GetAny" path="/remarks"/>
    /// <inheritdoc cref="GetAny" path="/typeparam"/>
    /// <inheritdoc cref="GetAny" path="/exception"/>
    public static ValueTask<(bool Success, Queue<T> Queue, T Item)> TryGetAnyAsync<T>(
        IEnumerable<Queue<T>> queues, TimeSpan timeout, CancellationToken token = default) =>
        AnyOf<Queue<T>, T>.TryGetAsync(queues, QueueChoice<T>.New, timeout, token);
}

public partial class Queue<T>
{
    bool IItemSource<T>.TryGetUnlessEnded([MaybeNullWhen(false)] out T item, bool awaits, bool isLast, out bool isEnded)
    {
        using Gate.Scope held = _gate.Enter();
        isEnded = _count == 0 && _isShutDown;
        item = default;
        return !isEnded && TryGetUnderGate(out item, awaits);
    }

    /// <summary>Enqueues a getter, or serves it at once.</summary>
    internal void Enlist(ItemWaiter<T> getter)
    {
        MeasureOnce();
        var rule = new GetRule(this);
        _getters.WaitAsync(getter, ref rule, Timeout.InfiniteTimeSpan, CancellationToken.None);
    }

    /// <summary>Removes a getter that has not been served.</summary>
    internal void Leave(ItemWaiter<T> getter) => _getters.GiveUp(getter, WaitState.Cancelled);
}
