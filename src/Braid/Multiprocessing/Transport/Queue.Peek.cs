using System.Diagnostics.CodeAnalysis;
using Braid.Queues;

namespace Braid.Multiprocessing;

public partial class Queue<T>
{
    /// <inheritdoc/>
    /// <remarks>It is a copy. Waits only for another call that is getting at this moment, a second at most.</remarks>
    /// <exception cref="NotSupportedException">The item carries shared objects, such as a lock or a connection, which arrive only once. It can be got.</exception>
    /// <exception cref="PayloadException">The item cannot be rebuilt in this process.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public T Peek() => TryPeek(out T? item) ? item : throw new QueueEmptyException();

    /// <inheritdoc/>
    /// <remarks>It is a copy. Waits only for another call that is getting at this moment, a second at most.</remarks>
    /// <exception cref="NotSupportedException">The item carries shared objects, such as a lock or a connection, which arrive only once. It can be got.</exception>
    /// <exception cref="PayloadException">The item cannot be rebuilt in this process.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public bool TryPeek([MaybeNullWhen(false)] out T item)
    {
        bool isThere = _ring.PeekNow(out Message message, out bool carries) == RingOutcome.Done;
        if (carries)
        {
            throw new NotSupportedException("The next item carries shared objects, which arrive only once: it cannot be peeked at. Get it.");
        }

        item = isThere ? Read(message) : default;
        return isThere;
    }
}
