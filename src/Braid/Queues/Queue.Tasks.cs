namespace Braid.Queues;

public partial class Queue<T>
{
    /// <inheritdoc/>
    public void TaskDone()
    {
        using Gate.Scope held = _gate.Enter();
        if (_unfinished == 0)
        {
            throw new InvalidOperationException("TaskDone() was called more often than items were put.");
        }

        Finish(1);
    }

    /// <inheritdoc/>
    public void Join(CancellationToken token = default) => TryJoin(Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    public bool TryJoin(TimeSpan timeout = default, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        token.ThrowIfCancellationRequested();
        var rule = new JoinRule(this);
        return UnfinishedTasks == 0 || (timeout != TimeSpan.Zero && _joiners.Wait(ref rule, Deadline.After(timeout), token));
    }

    /// <inheritdoc/>
    public ValueTask JoinAsync(CancellationToken token = default) =>
        token.IsCancellationRequested ? ValueTask.FromCanceled(token)
        : UnfinishedTasks == 0 ? default
        : EnqueueJoiner(Timeout.InfiniteTimeSpan, token).AsTask();

    /// <inheritdoc/>
    public ValueTask<bool> TryJoinAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return token.IsCancellationRequested ? ValueTask.FromCanceled<bool>(token)
            : UnfinishedTasks == 0 ? new ValueTask<bool>(true)
            : EnqueueJoiner(timeout, token).AsTryTask();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// If an override of <see cref="GetCore"/> throws, this throws that exception, and the remaining items can still be taken.
    /// </remarks>
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
            SettleUnderGate();   // even if an override fails: the queue is shut down, and no one may keep waiting
        }
    }

    private void Finish(int tasks)
    {
        Debug.Assert(_gate.IsHeld && tasks <= _unfinished);
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
