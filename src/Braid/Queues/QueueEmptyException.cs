namespace Braid.Queues;

/// <summary>The queue has no item, and the call does not wait for one.</summary>
/// <remarks>Python counterpart: <c>queue.Empty</c>, <c>asyncio.QueueEmpty</c>.</remarks>
public sealed class QueueEmptyException : InvalidOperationException
{
    /// <summary>Creates an exception with a general message.</summary>
    public QueueEmptyException()
        : base("There is no item in the queue. Get() waits for one; TryGet() tells without an exception.")
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    public QueueEmptyException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and a cause.</summary>
    public QueueEmptyException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
