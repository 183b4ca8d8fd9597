namespace Braid.Queues;

/// <summary>The queue has no item, and the call was not to wait for one.</summary>
/// <remarks>Python counterpart: <c>queue.Empty</c>, <c>asyncio.QueueEmpty</c>.</remarks>
public sealed class QueueEmptyException : InvalidOperationException
{
    /// <summary>Makes an exception with a general message.</summary>
    public QueueEmptyException()
        : base("There is no item in the queue. Get() waits for one; TryGet() tells without an exception.")
    {
    }

    /// <summary>Makes an exception that says more.</summary>
    public QueueEmptyException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception that says more, and what caused it.</summary>
    public QueueEmptyException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
