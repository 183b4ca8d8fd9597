namespace Braid.Multiprocessing;

/// <summary>The effects of a pool's state machine, and its only way to act on the outside. None of them blocks or runs user code.</summary>
internal interface IPoolEffects
{
    /// <summary>Has a process started; the outcome arrives as <c>OnReady</c>, <c>OnStartFailed</c> or <c>OnDeath</c>.</summary>
    void StartWorker(PoolSlot slot);

    /// <summary>Sends a task to a worker.</summary>
    /// <returns>False if its ring is full now.</returns>
    bool TrySend(PoolSlot slot, PoolTask task);

    /// <summary>Takes back a task that the worker has not begun.</summary>
    /// <returns>False if it has begun.</returns>
    bool TryTakeBack(PoolSlot slot, PoolTask task);

    /// <summary>Tells a worker to leave once it has finished its tasks.</summary>
    void AskToLeave(PoolSlot slot);

    /// <summary>Kills a worker; does nothing if it is dead.</summary>
    void Kill(PoolSlot slot, ExitReason reason);

    /// <summary>A task has begun for the first time.</summary>
    void OnBegun(PoolTask task);

    /// <summary>Ends a task with an exception.</summary>
    /// <param name="task">The task.</param>
    /// <param name="exception">The exception.</param>
    /// <param name="inner">Its inner exception as bytes from a worker; null if there is none.</param>
    void Fail(PoolTask task, Exception exception, byte[]? inner = null);

    /// <summary>Ends a chunk whose items have all ended, but whose worker died before it could report that.</summary>
    void Complete(PoolTask task);

    /// <summary>Stops a chunk at the running item, if that has run too long.</summary>
    /// <param name="slot">The worker.</param>
    /// <param name="task">The chunk.</param>
    /// <param name="limit">How long an item may run.</param>
    /// <returns>Null if it is stopped, and its worker must be killed; otherwise when the running item will have run too long.</returns>
    long? TryStopItem(PoolSlot slot, PoolTask task, TimeSpan limit);

    /// <summary>Reads what a dead worker has left of a chunk.</summary>
    LeftItems ReadItems(PoolSlot slot, PoolTask task);

    /// <summary>Ends a task that has not begun as cancelled.</summary>
    void Cancel(PoolTask task);

    /// <summary>
    /// A worker has ended, or must leave, although the pool did not ask for it. For observers; the pool starts another one if it needs one.
    /// </summary>
    void OnRestart(PoolSlot slot, ExitReason reason);

    /// <summary>The pool is shut down and its last worker is gone.</summary>
    void OnClosed();
}
