namespace Braid.Multiprocessing;

/// <summary>A child process could not be started, or ended before it could be given work.</summary>
public sealed class WorkerStartException : ProcessException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause; null if nothing more is known.</param>
    /// <param name="worker">How the process ended; null if there never was one.</param>
    public WorkerStartException(string message, Exception? innerException = null, WorkerEnd? worker = null)
        : base(message, innerException) => Worker = worker;

    /// <summary>How the process ended; null if there never was one.</summary>
    public WorkerEnd? Worker { get; }
}
