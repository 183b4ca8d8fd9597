namespace Braid.Multiprocessing;

/// <summary>A task ran longer than it may; its process was killed.</summary>
public sealed class TaskTimeoutException : TimeoutException
{
    /// <summary>Says what happened.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="limit">How long the task might run.</param>
    /// <param name="worker">How its process ended.</param>
    public TaskTimeoutException(string message, TimeSpan limit, WorkerEnd worker)
        : base(message)
    {
        Limit = limit;
        Worker = worker;
    }

    /// <summary>How long the task might run.</summary>
    public TimeSpan Limit { get; }

    /// <summary>How its process ended.</summary>
    public WorkerEnd Worker { get; }
}
