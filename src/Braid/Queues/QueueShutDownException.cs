namespace Braid.Queues;

/// <summary>The queue is shut down: nothing can be put any more, and what could be got is gone.</summary>
/// <remarks>Python counterpart: <c>queue.ShutDown</c>, <c>asyncio.QueueShutDown</c>.</remarks>
public sealed class QueueShutDownException : InvalidOperationException
{
    /// <summary>Makes an exception with a general message.</summary>
    public QueueShutDownException()
        : base("The queue is shut down.")
    {
    }

    /// <summary>Makes an exception that says more.</summary>
    public QueueShutDownException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception that says more, and what caused it.</summary>
    public QueueShutDownException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
