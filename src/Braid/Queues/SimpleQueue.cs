namespace Braid.Queues;

/// <summary>A first-in, first-out queue without a limit, and without a count of tasks: putting never blocks.</summary>
/// <remarks>Everything written before an item is put is visible to its getter. Python counterpart: <c>queue.SimpleQueue</c>.</remarks>
/// <typeparam name="T">The type of the items.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class SimpleQueue<T>
{
    private readonly Queue<T> _queue = new() { Name = nameof(SimpleQueue<>) };

    /// <inheritdoc cref="Queue{T}.Name"/>
    public string Name
    {
        get => _queue.Name;
        set => _queue.Name = value;
    }

    /// <summary>How many items it holds at this moment.</summary>
    public int Qsize => _queue.Qsize;

    /// <summary>Whether it holds no item at this moment.</summary>
    public bool Empty => _queue.Empty;

    internal int GetterCount => _queue.GetterCount;

    /// <summary>Puts an item. Never blocks.</summary>
    /// <param name="item">The item.</param>
    public void Put(T item) => _queue.Put(item);

    /// <summary>Puts an item: the same as <see cref="Put"/>, under the name that Python programmers expect.</summary>
    /// <param name="item">The item.</param>
    public void PutNowait(T item) => _queue.Put(item);

    /// <summary>Takes the next item, blocking until there is one.</summary>
    /// <param name="token">Ends the wait; no item is taken.</param>
    /// <returns>The item.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    public T Get(CancellationToken token = default) => _queue.Get(token);

    /// <summary>Takes the next item, blocking until there is one or the time is up.</summary>
    /// <param name="item">The item.</param>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, tries once; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait; no item is taken.</param>
    /// <returns>Whether there was an item; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    public bool TryGet(
        [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T item, TimeSpan timeout = default, CancellationToken token = default) =>
        _queue.TryGet(out item, timeout, token);

    /// <summary>Takes the next item, waiting without blocking the thread until there is one.</summary>
    /// <inheritdoc cref="Get(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Get(CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="Get(CancellationToken)" path="/exception"/>
    public ValueTask<T> GetAsync(CancellationToken token = default) => _queue.GetAsync(token);

    /// <summary>Takes the next item, waiting without blocking the thread until there is one or the time is up.</summary>
    /// <param name="timeout">How long to wait at most; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.</param>
    /// <param name="token">Ends the wait; no item is taken.</param>
    /// <returns>Whether there was an item, and the item; false if the time was up.</returns>
    /// <inheritdoc cref="TryGet(out T, TimeSpan, CancellationToken)" path="/exception"/>
    public ValueTask<(bool Success, T Item)> TryGetAsync(TimeSpan timeout, CancellationToken token = default) =>
        _queue.TryGetAsync(timeout, token);

    /// <summary>Takes the next item if there is one. Never blocks.</summary>
    /// <returns>The item.</returns>
    /// <exception cref="QueueEmptyException">There is no item.</exception>
    public T GetNowait() => _queue.GetNowait();

    /// <inheritdoc cref="Queue{T}.Peek"/>
    public T Peek() => _queue.Peek();

    /// <inheritdoc cref="Queue{T}.TryPeek"/>
    public bool TryPeek([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T item) => _queue.TryPeek(out item);

    /// <summary>The size, and how many callers wait for an item.</summary>
    public override string ToString() => $"{Name}, size={Qsize}{(GetterCount == 0 ? "" : $", getters={GetterCount}")}";
}
