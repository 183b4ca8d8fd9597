namespace Braid.Multiprocessing;

/// <summary>The owner of a worker: a process object or a pool. Called by the supervisor's thread; must not block, and run no code of users.</summary>
internal unsafe interface IWorkerOwner
{
    /// <summary>A message came from the worker.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="kind">One of <see cref="FrameKind"/>, with its additions.</param>
    /// <param name="id">The task's number.</param>
    /// <param name="data">The bytes; valid until this returns.</param>
    /// <param name="bytes">How many.</param>
    void OnFrame(Worker worker, int kind, long id, byte* data, long bytes);

    /// <summary>The worker's process has ended. Everything it had sent has been handed over before.</summary>
    void OnDeath(Worker worker, WorkerEnd end);
}
