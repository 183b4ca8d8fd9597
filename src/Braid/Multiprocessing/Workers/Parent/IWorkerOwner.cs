namespace Braid.Multiprocessing;

/// <summary>
/// The owner of a worker: a process object or a pool. Called by the supervisor's thread; must not block or run user code.
/// </summary>
internal unsafe interface IWorkerOwner
{
    /// <summary>The worker has sent a message.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="kind">One of <see cref="FrameKind"/>, with its flags.</param>
    /// <param name="id">The task's number.</param>
    /// <param name="data">The bytes; valid until this returns.</param>
    /// <param name="bytes">How many.</param>
    void OnFrame(Worker worker, int kind, long id, byte* data, long bytes);

    /// <summary>The worker's process has ended. Everything it had sent has been delivered before.</summary>
    void OnDeath(Worker worker, WorkerEnd end);
}
