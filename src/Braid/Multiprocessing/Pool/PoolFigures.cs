namespace Braid.Multiprocessing;

/// <summary>
/// The state and history of a process pool, at one moment. Pending, running, done, failed and cancelled tasks add up to all that were ever
/// submitted.
/// </summary>
/// <param name="Pending">Tasks that no worker has begun.</param>
/// <param name="Running">Tasks that a worker is running.</param>
/// <param name="Done">Tasks that ended with a result.</param>
/// <param name="Failed">Tasks that ended with an exception, of their own or because of their worker.</param>
/// <param name="Lost">The failed tasks whose worker ended before it had answered: a crash, an exit, a kill at a limit.</param>
/// <param name="Cancelled">Tasks that were cancelled.</param>
/// <param name="Retried">Attempts that were not the last.</param>
/// <param name="Restarts">Workers that ended unasked.</param>
/// <param name="Workers">The workers that are alive.</param>
public sealed record PoolFigures(
    int Pending,
    int Running,
    long Done,
    long Failed,
    long Lost,
    long Cancelled,
    long Retried,
    long Restarts,
    IReadOnlyList<WorkerFigures> Workers);

/// <summary>One worker of a pool.</summary>
/// <param name="Pid">Its pid.</param>
/// <param name="PrivateBytes">Its memory without what it shares; null if unknown.</param>
/// <param name="Ended">Tasks it has completed.</param>
/// <param name="Running">Its running task; null if it is idle.</param>
/// <param name="IsStopped">Whether it is stopped (SIGSTOP, a debugger); it is not dead, and limits still apply.</param>
/// <param name="Name">Its name: the pool's and a number. <c>ps</c> and <c>top</c> show its first characters.</param>
public sealed record WorkerFigures(int Pid, long? PrivateBytes, int Ended, string? Running, bool IsStopped, string Name);
