namespace Braid.Multiprocessing;

/// <summary>A task needed more memory than its process may have; the process was killed or has given up.</summary>
public sealed class MemoryLimitException : ProcessException
{
    /// <summary>Says what happened.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="limit">The limit in bytes.</param>
    /// <param name="worker">How the process ended; null when it has not ended.</param>
    /// <param name="innerException">Why; null when nothing more is known.</param>
    public MemoryLimitException(string message, long limit, WorkerEnd? worker = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Limit = limit;
        Worker = worker;
    }

    /// <summary>The limit in bytes.</summary>
    public long Limit { get; }

    /// <summary>How the process ended; null when it has not ended.</summary>
    public WorkerEnd? Worker { get; }
}
