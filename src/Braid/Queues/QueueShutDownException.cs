namespace Braid.Queues;

/// <summary>The queue is shut down: nothing more can be put, and no item is left to be taken.</summary>
/// <remarks>Python counterpart: <c>queue.ShutDown</c>, <c>asyncio.QueueShutDown</c>.</remarks>
public sealed class QueueShutDownException : InvalidOperationException
{
    /// <summary>Creates an exception with a general message.</summary>
    public QueueShutDownException()
        : base("The queue is shut down.")
    {
    }

    /// <summary>Creates an exception with a message.</summary>
    public QueueShutDownException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and a cause.</summary>
    public QueueShutDownException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
