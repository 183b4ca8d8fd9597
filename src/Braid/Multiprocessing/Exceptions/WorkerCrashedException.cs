namespace Braid.Multiprocessing;

/// <summary>The process that ran a task was ended by a signal: it crashed, or was killed from outside. Only this task is lost.</summary>
public sealed class WorkerCrashedException : ProcessException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="worker">How the process ended.</param>
    public WorkerCrashedException(string message, WorkerEnd worker)
        : base(message) => Worker = worker;

    /// <summary>How the process ended.</summary>
    public WorkerEnd Worker { get; }
}
