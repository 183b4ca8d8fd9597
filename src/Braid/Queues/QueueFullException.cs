namespace Braid.Queues;

/// <summary>The queue has no room, and the call does not wait for room.</summary>
/// <remarks>Python counterpart: <c>queue.Full</c>, <c>asyncio.QueueFull</c>.</remarks>
public sealed class QueueFullException : InvalidOperationException
{
    /// <summary>Creates an exception with a general message.</summary>
    public QueueFullException()
        : base("The queue is full.")
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    public QueueFullException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and a cause.</summary>
    public QueueFullException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal static QueueFullException Of(int size, int maxsize) =>
        new($"The queue holds {size} of at most {maxsize} items. Put() waits for room; TryPut() tells without an exception.");
}
