namespace Braid.Multiprocessing;

/// <summary>A child process could not be started, or ended before it could be given work.</summary>
public sealed class WorkerStartException : ProcessException
{
    /// <summary>Says what happened.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">Why; null when nothing more is known.</param>
    /// <param name="worker">How the process ended; null when there never was one.</param>
    public WorkerStartException(string message, Exception? innerException = null, WorkerEnd? worker = null)
        : base(message, innerException) => Worker = worker;

    /// <summary>How the process ended; null when there never was one.</summary>
    public WorkerEnd? Worker { get; }
}
