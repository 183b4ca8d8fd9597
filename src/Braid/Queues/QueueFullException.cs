namespace Braid.Queues;

/// <summary>The queue has no room, and the call was not to wait for some.</summary>
/// <remarks>Python counterpart: <c>queue.Full</c>, <c>asyncio.QueueFull</c>.</remarks>
public sealed class QueueFullException : InvalidOperationException
{
    /// <summary>Makes an exception with a general message.</summary>
    public QueueFullException()
        : base("The queue is full.")
    {
    }

    /// <summary>Makes an exception that says more.</summary>
    public QueueFullException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception that says more, and what caused it.</summary>
    public QueueFullException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal static QueueFullException Of(int size, int maxsize) =>
        new($"The queue holds {size} of at most {maxsize} items. Put() waits for room; TryPut() tells without an exception.");
}
