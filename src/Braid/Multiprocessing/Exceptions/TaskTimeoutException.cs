namespace Braid.Multiprocessing;

/// <summary>A task exceeded its time limit; its process was killed.</summary>
public sealed class TaskTimeoutException : TimeoutException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="limit">The task's time limit.</param>
    /// <param name="worker">How its process ended.</param>
    public TaskTimeoutException(string message, TimeSpan limit, WorkerEnd worker)
        : base(message)
    {
        Limit = limit;
        Worker = worker;
    }

    /// <summary>The task's time limit.</summary>
    public TimeSpan Limit { get; }

    /// <summary>How its process ended.</summary>
    public WorkerEnd Worker { get; }
}
