using System.Diagnostics.CodeAnalysis;
using Braid.Queues;

namespace Braid.Multiprocessing;

/// <summary>
/// A first-in, first-out queue between processes, without a limit and without a count of tasks: putting never waits for room.
/// </summary>
/// <remarks>
/// <see cref="Put"/> serialises an item, and every process can get it once that call has returned. Everything written before an item is put
/// is visible to its getter. Python counterpart: <c>multiprocessing.SimpleQueue</c>, whose <c>put</c> blocks when the pipe is full, and
/// which has no timeouts.
/// </remarks>
/// <typeparam name="T">The type of the items.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class SimpleQueue<T> : IShared<SimpleQueue<T>>, IDisposable
{
    private readonly Queue<T> _queue;

    /// <summary>Creates an empty queue.</summary>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public SimpleQueue() => _queue = new Queue<T>();

    private SimpleQueue(Segment segment) => _queue = Queue<T>.Over(segment);

    /// <inheritdoc cref="Queue{T}.Qsize"/>
    public int Qsize => _queue.Qsize;

    /// <inheritdoc cref="Queue{T}.Empty"/>
    public bool Empty => _queue.Empty;

    Segment IShared.Segment => ((IShared)_queue).Segment;

    internal int GetterCount => _queue.GetterCount;

    static SimpleQueue<T> IShared<SimpleQueue<T>>.Over(Segment segment) => new(segment);

    /// <summary>Puts an item. It waits only for another call that is putting at this moment.</summary>
    /// <param name="item">The item.</param>
    /// <exception cref="PayloadException">The item cannot travel, or is too large.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public void Put(T item) => _queue.Put(item);

    /// <summary>Puts an item: the same as <see cref="Put"/>, under the name that Python programmers expect.</summary>
    /// <inheritdoc cref="Put" path="/param"/>
    /// <inheritdoc cref="Put" path="/exception"/>
    public void PutNowait(T item) => _queue.PutNowait(item);

    /// <inheritdoc cref="Queue{T}.Get(CancellationToken)"/>
    public T Get(CancellationToken token = default) => _queue.Get(token);

    /// <inheritdoc cref="Queue{T}.TryGet(out T, TimeSpan, CancellationToken)"/>
    public bool TryGet([MaybeNullWhen(false)] out T item, TimeSpan timeout = default, CancellationToken token = default) =>
        _queue.TryGet(out item, timeout, token);

    /// <inheritdoc cref="Queue{T}.GetAsync(CancellationToken)"/>
    public ValueTask<T> GetAsync(CancellationToken token = default) => _queue.GetAsync(token);

    /// <inheritdoc cref="Queue{T}.TryGetAsync(TimeSpan, CancellationToken)"/>
    public ValueTask<(bool Success, T Item)> TryGetAsync(TimeSpan timeout, CancellationToken token = default) =>
        _queue.TryGetAsync(timeout, token);

    /// <summary>
    /// Takes the next item if there is one. Waits only for another call that is getting at this moment, for a second at most.
    /// </summary>
    /// <returns>The item.</returns>
    /// <exception cref="PayloadException">The item cannot be rebuilt in this process; it is removed.</exception>
    /// <exception cref="QueueEmptyException">There is no item.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public T GetNowait() => _queue.GetNowait();

    /// <inheritdoc cref="Queue{T}.Peek"/>
    public T Peek() => _queue.Peek();

    /// <inheritdoc cref="Queue{T}.TryPeek"/>
    public bool TryPeek([MaybeNullWhen(false)] out T item) => _queue.TryPeek(out item);

    /// <inheritdoc cref="Queue{T}.Close"/>
    public void Close() => _queue.Close();

    /// <inheritdoc cref="Queue{T}.Close"/>
    public void Dispose() => _queue.Dispose();

    /// <summary>The size, and how many callers wait for an item.</summary>
    public override string ToString() => $"Simple{_queue}";
}
