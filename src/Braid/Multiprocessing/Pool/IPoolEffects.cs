namespace Braid.Multiprocessing;

/// <summary>What a pool's state machine has done: the only way it reaches the world. Nothing here blocks or runs user code.</summary>
internal interface IPoolEffects
{
    /// <summary>Has a process started; the answer comes as <c>OnReady</c>, <c>OnStartFailed</c> or <c>OnDeath</c>.</summary>
    void StartWorker(PoolSlot slot);

    /// <summary>Gives a worker a task.</summary>
    /// <returns>False if its ring is full now.</returns>
    bool TrySend(PoolSlot slot, PoolTask task);

    /// <summary>Takes a task back that the worker has not begun.</summary>
    /// <returns>False if it has begun.</returns>
    bool TryTakeBack(PoolSlot slot, PoolTask task);

    /// <summary>Tells a worker to leave when it has done what it has.</summary>
    void AskToLeave(PoolSlot slot);

    /// <summary>Kills a worker; nothing when it is dead.</summary>
    void Kill(PoolSlot slot, ExitReason reason);

    /// <summary>A task has begun for the first time.</summary>
    void OnBegun(PoolTask task);

    /// <summary>Ends a task with an exception.</summary>
    /// <param name="task">The task.</param>
    /// <param name="exception">The exception.</param>
    /// <param name="inner">Its inner exception as it came from a worker; null for none.</param>
    void Fail(PoolTask task, Exception exception, byte[]? inner = null);

    /// <summary>Ends a chunk whose items have all ended, although its worker could not say so any more.</summary>
    void Complete(PoolTask task);

    /// <summary>Stops a chunk at the item that runs, if that has run too long.</summary>
    /// <param name="slot">The worker.</param>
    /// <param name="task">The chunk.</param>
    /// <param name="limit">How long an item may run.</param>
    /// <returns>Null if it is stopped, and its worker is to be killed; else when the item that runs will have run too long.</returns>
    long? TryStopItem(PoolSlot slot, PoolTask task, TimeSpan limit);

    /// <summary>Reads what a dead worker has left of a chunk.</summary>
    LeftItems ReadItems(PoolSlot slot, PoolTask task);

    /// <summary>Ends a task that has not begun as cancelled.</summary>
    void Cancel(PoolTask task);

    /// <summary>A worker has ended, or is to leave, without the pool having wanted it. For observers; the pool starts another one when it needs one.</summary>
    void OnRestart(PoolSlot slot, ExitReason reason);

    /// <summary>The pool is shut down and its last worker gone.</summary>
    void OnClosed();
}
