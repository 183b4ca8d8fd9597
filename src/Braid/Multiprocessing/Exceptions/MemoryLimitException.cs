namespace Braid.Multiprocessing;

/// <summary>A task needed more memory than its process may have; the process was killed or gave up.</summary>
public sealed class MemoryLimitException : ProcessException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="limit">The limit in bytes.</param>
    /// <param name="worker">How the process ended; null if it has not ended.</param>
    /// <param name="innerException">The cause; null if nothing more is known.</param>
    public MemoryLimitException(string message, long limit, WorkerEnd? worker = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Limit = limit;
        Worker = worker;
    }

    /// <summary>The limit in bytes.</summary>
    public long Limit { get; }

    /// <summary>How the process ended; null if it has not ended.</summary>
    public WorkerEnd? Worker { get; }
}
