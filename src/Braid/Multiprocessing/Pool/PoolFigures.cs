namespace Braid.Multiprocessing;

/// <summary>What a process pool is doing and has done, at one moment. Pending, running, done, failed and cancelled tasks are together all that were ever submitted.</summary>
/// <param name="Pending">Tasks that no worker has begun.</param>
/// <param name="Running">Tasks that a worker is running.</param>
/// <param name="Done">Tasks that ended with a result.</param>
/// <param name="Failed">Tasks that ended with an exception, of their own or because of their worker.</param>
/// <param name="Lost">Those of the failed ones whose worker ended before it had answered: a crash, an exit, a kill at a limit.</param>
/// <param name="Cancelled">Tasks that were cancelled.</param>
/// <param name="Retried">Attempts that were not the last.</param>
/// <param name="Restarts">Workers that ended without having been told to.</param>
/// <param name="Workers">The workers that are alive.</param>
public sealed record PoolFigures(int Pending, int Running, long Done, long Failed, long Lost, long Cancelled, long Retried, long Restarts, IReadOnlyList<WorkerFigures> Workers);

/// <summary>One worker of a pool.</summary>
/// <param name="Pid">Its process.</param>
/// <param name="PrivateBytes">Its memory without what it shares; null if it cannot be told.</param>
/// <param name="Ended">Tasks it has done.</param>
/// <param name="Running">What it runs; null if it is idle.</param>
/// <param name="IsStopped">Whether it is stopped (SIGSTOP, a debugger); it is not dead, and limits still apply.</param>
/// <param name="Name">Its name: the pool's and a number. <c>ps</c> and <c>top</c> show the first letters of it.</param>
public sealed record WorkerFigures(int Pid, long? PrivateBytes, int Ended, string? Running, bool IsStopped, string Name);
