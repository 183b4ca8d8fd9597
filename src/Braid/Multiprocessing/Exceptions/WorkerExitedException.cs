namespace Braid.Multiprocessing;

/// <summary>The process that ran a task exited while the task was running. Only this task is lost.</summary>
public sealed class WorkerExitedException : ProcessException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="worker">How the process ended.</param>
    public WorkerExitedException(string message, WorkerEnd worker)
        : base(message) => Worker = worker;

    /// <summary>How the process ended.</summary>
    public WorkerEnd Worker { get; }
}
