using System.Diagnostics.CodeAnalysis;

namespace Braid.Queues;

/// <summary>
/// A queue that can be blocked on and awaited: the contract of a <see cref="Queue{T}"/> of threads and a
/// <see cref="Multiprocessing.Queue{T}"/> of processes.
/// </summary>
/// <remarks>
/// Interrupting the thread also ends a blocked wait, which has then taken and put nothing, with <see cref="ThreadInterruptedException"/>.
/// Everything written before an item was put is visible to its getter. Python counterpart: <c>queue.Queue</c>, <c>asyncio.Queue</c>,
/// <c>multiprocessing.JoinableQueue</c>.
/// </remarks>
/// <typeparam name="T">The type of the items.</typeparam>
public interface IQueue<T> : IAsyncEnumerable<T>
{
    /// <summary>
    /// The maximum number of items; 0 for any number. It may be changed at any time: a value below the current size only makes the queue
    /// full.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    int Maxsize { get; set; }

    /// <summary>The exact number of items at this moment.</summary>
    int Qsize { get; }

    /// <summary>Whether it holds no item at this moment.</summary>
    bool Empty { get; }

    /// <summary>Whether it holds the maximum number of items at this moment; never if any number may be put.</summary>
    bool Full { get; }

    /// <summary>Whether <see cref="Shutdown"/> was called, by any thread or process.</summary>
    bool IsShutdown { get; }

    /// <summary>How many items were put, by any thread or process, and have not been declared done by <see cref="TaskDone"/>.</summary>
    long UnfinishedTasks { get; }

    /// <summary>Puts an item, blocking until there is room.</summary>
    /// <param name="item">The item.</param>
    /// <param name="token">Ends the wait; the item is not put.</param>
    /// <exception cref="QueueShutDownException">The queue is shut down, before or during the wait.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    void Put(T item, CancellationToken token = default);

    /// <summary>Puts an item, blocking until there is room or the time is up.</summary>
    /// <param name="item">The item.</param>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, tries once; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait; the item is not put.</param>
    /// <returns>Whether the item was put; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="QueueShutDownException">The queue is shut down, before or during the wait.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    bool TryPut(T item, TimeSpan timeout = default, CancellationToken token = default);

    /// <summary>Puts an item, waiting without blocking the thread until there is room.</summary>
    /// <inheritdoc cref="Put(T, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Put(T, CancellationToken)" path="/exception"/>
    ValueTask PutAsync(T item, CancellationToken token = default);

    /// <summary>Puts an item, waiting without blocking the thread until there is room or the time is up.</summary>
    /// <inheritdoc cref="TryPut(T, TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryPut(T, TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryPut(T, TimeSpan, CancellationToken)" path="/exception"/>
    ValueTask<bool> TryPutAsync(T item, TimeSpan timeout, CancellationToken token = default);

    /// <summary>Puts an item if there is room. Does not wait for room.</summary>
    /// <param name="item">The item.</param>
    /// <exception cref="QueueFullException">There is no room.</exception>
    /// <exception cref="QueueShutDownException">The queue is shut down.</exception>
    void PutNowait(T item);

    /// <summary>Takes the next item, blocking until there is one.</summary>
    /// <param name="token">Ends the wait; no item is taken.</param>
    /// <returns>The item.</returns>
    /// <exception cref="QueueShutDownException">The queue is shut down and has no item left, before or during the wait.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    T Get(CancellationToken token = default);

    /// <summary>Takes the next item, blocking until there is one or the time is up.</summary>
    /// <param name="item">The item.</param>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, tries once; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait; no item is taken.</param>
    /// <returns>Whether there was an item; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="QueueShutDownException">The queue is shut down and has no item left, before or during the wait.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    bool TryGet([MaybeNullWhen(false)] out T item, TimeSpan timeout = default, CancellationToken token = default);

    /// <summary>Takes the next item, waiting without blocking the thread until there is one.</summary>
    /// <inheritdoc cref="Get(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Get(CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="Get(CancellationToken)" path="/exception"/>
    ValueTask<T> GetAsync(CancellationToken token = default);

    /// <summary>
    /// Takes the next item, waiting without blocking the thread until there is one or the time is up: <c>if (await q.TryGetAsync(timeout)
    /// is (true, var item))</c>.
    /// </summary>
    /// <param name="timeout">How long to wait at most; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.</param>
    /// <param name="token">Ends the wait; no item is taken.</param>
    /// <returns>Whether there was an item, and the item; false if the time was up.</returns>
    /// <inheritdoc cref="TryGet(out T, TimeSpan, CancellationToken)" path="/exception"/>
    ValueTask<(bool Success, T Item)> TryGetAsync(TimeSpan timeout, CancellationToken token = default);

    /// <summary>Takes the next item if there is one. Does not wait for one.</summary>
    /// <returns>The item.</returns>
    /// <exception cref="QueueEmptyException">There is no item.</exception>
    /// <exception cref="QueueShutDownException">The queue is shut down and has no item left.</exception>
    T GetNowait();

    /// <summary>The item that the next get would take, which stays in the queue. Does not wait for one.</summary>
    /// <remarks>
    /// A snapshot: if there are other getters, the next <see cref="Get"/> may return another item. To take an item and decide then, get it.
    /// </remarks>
    /// <exception cref="QueueEmptyException">There is no item.</exception>
    T Peek();

    /// <summary>The item that the next get would take, if there is one, which stays in the queue. Does not wait for one.</summary>
    /// <param name="item">The item.</param>
    /// <returns>Whether there is one.</returns>
    /// <inheritdoc cref="Peek" path="/remarks"/>
    bool TryPeek([MaybeNullWhen(false)] out T item);

    /// <summary>Takes several items at once, blocking until there is at least one.</summary>
    /// <param name="max">The maximum number of items; 1 or more.</param>
    /// <param name="token">Ends the wait; no item is taken.</param>
    /// <returns>The items, in order: at least one.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="max"/> is less than 1.</exception>
    /// <exception cref="QueueShutDownException">The queue is shut down and has no item left, before or during the wait.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    T[] GetMany(int max, CancellationToken token = default);

    /// <summary>Takes several items at once, blocking until there is at least one or the time is up.</summary>
    /// <param name="max">The maximum number of items; 1 or more.</param>
    /// <param name="timeout">
    /// How long to wait for the first at most; zero, the default, tries once; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait; no item is taken.</param>
    /// <returns>The items, in order; none if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="max"/> is less than 1, or the timeout is negative and not infinite.
    /// </exception>
    /// <exception cref="QueueShutDownException">The queue is shut down and has no item left, before or during the wait.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    T[] TryGetMany(int max, TimeSpan timeout = default, CancellationToken token = default);

    /// <summary>Takes several items at once, waiting without blocking the thread until there is at least one.</summary>
    /// <inheritdoc cref="GetMany(int, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="GetMany(int, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="GetMany(int, CancellationToken)" path="/exception"/>
    ValueTask<T[]> GetManyAsync(int max, CancellationToken token = default);

    /// <summary>Takes several items at once, waiting without blocking the thread until there is at least one or the time is up.</summary>
    /// <inheritdoc cref="TryGetMany(int, TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryGetMany(int, TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryGetMany(int, TimeSpan, CancellationToken)" path="/exception"/>
    ValueTask<T[]> TryGetManyAsync(int max, TimeSpan timeout, CancellationToken token = default);

    /// <summary>
    /// Takes items, blocking for each, until the queue is shut down and has none left: <c>foreach (var item in
    /// queue.GetConsumingEnumerable())</c>.
    /// </summary>
    /// <remarks>
    /// <c>Parallel.ForEach</c> and PLINQ read several items of a sequence ahead and keep them until they have enough. Give them
    /// <c>Partitioner.Create(queue.GetConsumingEnumerable(), EnumerablePartitionerOptions.NoBuffering)</c>, or use
    /// <c>Parallel.ForEachAsync(queue, ...)</c>.
    /// </remarks>
    /// <param name="token">Ends the wait for the next item.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; thrown by the enumeration.</exception>
    IEnumerable<T> GetConsumingEnumerable(CancellationToken token = default);

    /// <summary>Declares one taken item as processed. Joiners continue once as many were declared as were put.</summary>
    /// <exception cref="InvalidOperationException">It was called more often than items were put.</exception>
    void TaskDone();

    /// <summary>Blocks until every item that was put has been taken and declared done.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    void Join(CancellationToken token = default);

    /// <summary>Blocks until every item that was put has been taken and declared done, or the time is up.</summary>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, only checks; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Whether all were done; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    bool TryJoin(TimeSpan timeout = default, CancellationToken token = default);

    /// <summary>Waits, without blocking the thread, until every item that was put has been taken and declared done.</summary>
    /// <inheritdoc cref="Join(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Join(CancellationToken)" path="/exception"/>
    ValueTask JoinAsync(CancellationToken token = default);

    /// <summary>
    /// Waits, without blocking the thread, until every item that was put has been taken and declared done, or the time is up.
    /// </summary>
    /// <inheritdoc cref="TryJoin(TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryJoin(TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryJoin(TimeSpan, CancellationToken)" path="/exception"/>
    ValueTask<bool> TryJoinAsync(TimeSpan timeout, CancellationToken token = default);

    /// <summary>
    /// Ends the queue permanently, for all its users: nothing more can be put, the remaining items can still be taken, and then getting
    /// fails too.
    /// </summary>
    /// <remarks>
    /// Waiting putters, and waiting getters for which no item is left, get a <see cref="QueueShutDownException"/> at once. It may be called
    /// again, for example to make the shutdown immediate.
    /// </remarks>
    /// <param name="immediate">
    /// Whether to drop the remaining items. Each counts as done; those that were already taken still need <see cref="TaskDone"/>.
    /// </param>
    void Shutdown(bool immediate = false);
}
