namespace Braid.Queues;

public partial class Queue<T>
{
    /// <summary>Declares one item that was got as processed. Those who join go on when as many were declared as were put.</summary>
    /// <exception cref="InvalidOperationException">It was called more often than items were put.</exception>
    public void TaskDone()
    {
        using Gate.Scope held = _gate.Enter();
        if (_unfinished == 0)
        {
            throw new InvalidOperationException("TaskDone() was called more often than items were put.");
        }

        Finish(1);
    }

    /// <summary>Blocks until every item put was got and declared done.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    public void Join(CancellationToken token = default) => TryJoin(Timeout.InfiniteTimeSpan, token);

    /// <summary>Blocks until every item put was got and declared done, or the time is up.</summary>
    /// <param name="timeout">How long to wait at most; zero, the default, only looks; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Whether all was done; false when the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    public bool TryJoin(TimeSpan timeout = default, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        token.ThrowIfCancellationRequested();
        var rule = new JoinRule(this);
        return UnfinishedTasks == 0 || (timeout != TimeSpan.Zero && _joiners.Wait(ref rule, Deadline.After(timeout), token));
    }

    /// <summary>Waits, without blocking the thread, until every item put was got and declared done.</summary>
    /// <inheritdoc cref="Join(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Join(CancellationToken)" path="/exception"/>
    public ValueTask JoinAsync(CancellationToken token = default) =>
        token.IsCancellationRequested ? ValueTask.FromCanceled(token)
        : UnfinishedTasks == 0 ? default
        : EnqueueJoiner(Timeout.InfiniteTimeSpan, token).AsTask();

    /// <summary>Waits, without blocking the thread, until every item put was got and declared done, or the time is up.</summary>
    /// <inheritdoc cref="TryJoin(TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryJoin(TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryJoin(TimeSpan, CancellationToken)" path="/exception"/>
    public ValueTask<bool> TryJoinAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return token.IsCancellationRequested ? ValueTask.FromCanceled<bool>(token)
            : UnfinishedTasks == 0 ? new ValueTask<bool>(true)
            : EnqueueJoiner(timeout, token).AsTryTask();
    }

    /// <summary>Ends the queue for good: nothing can be put any more, what is there can still be got, and then getting fails too.</summary>
    /// <remarks>Those who wait for room, and those who wait for an item that will not come, get a <see cref="QueueShutDownException"/> at once. Calling it again is allowed, also to make it immediate.</remarks>
    /// <param name="immediate">Whether to drop the items that are there. Each counts as done; those that were got already still need <see cref="TaskDone"/>. If an override of <see cref="GetCore"/> throws, the exception comes out here and the items left can still be got.</param>
    public void Shutdown(bool immediate = false)
    {
        using Gate.Scope held = _gate.Enter();
        Volatile.Write(ref _isShutDown, true);
        try
        {
            while (immediate && _count > 0)
            {
                Take();
                Finish((int)Math.Min(1, _unfinished));
            }
        }
        finally
        {
            LetPuttersThrough(servesGetters: false);   // also when an override fails: the queue is shut down, and nobody may wait on
            LetGettersThrough(servesPutters: false);
        }
    }

    private void Finish(int tasks)
    {
        Volatile.Write(ref _unfinished, _unfinished - tasks);
        if (_unfinished == 0)
        {
            _joiners.GrantAll();
        }
    }

    private SignalWaiter EnqueueJoiner(TimeSpan timeout, CancellationToken token)
    {
        SignalWaiter waiter = SignalWaiter.Rent();
        var rule = new JoinRule(this);
        _joiners.WaitAsync(waiter, ref rule, timeout, token);
        return waiter;
    }

    private readonly struct JoinRule(Queue<T> queue) : IRule
    {
        public bool KeepsOrder => false;

        public bool LooksReady() => queue.UnfinishedTasks == 0;

        public bool TryTake(bool othersWait) => queue.UnfinishedTasks == 0;

        public bool TryServe(AsyncWaiter waiter, bool othersWait) => queue.UnfinishedTasks == 0;

        public bool CanTake() => queue.UnfinishedTasks == 0;
    }
}
