namespace Braid.Multiprocessing;

public partial class Queue<T>
{
    /// <summary>How many items were put and not declared done by <see cref="TaskDone"/>, in all processes.</summary>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public long UnfinishedTasks => Open.UnfinishedTasks;

    /// <summary>Declares one item that was got as processed. Those who join go on when as many were declared as were put.</summary>
    /// <exception cref="InvalidOperationException">It was called more often than items were put.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public void TaskDone()
    {
        if (!_ring.TryFinish())
        {
            throw new InvalidOperationException("TaskDone() was called more often than items were put.");
        }
    }

    /// <summary>Blocks until every item put was got and declared done.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public void Join(CancellationToken token = default) => TryJoin(Timeout.InfiniteTimeSpan, token);

    /// <summary>Blocks until every item put was got and declared done, or the time is up.</summary>
    /// <param name="timeout">How long to wait at most; zero, the default, only looks; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Whether all was done; false when the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public bool TryJoin(TimeSpan timeout = default, CancellationToken token = default)
    {
        var deadline = Deadline.After(timeout);
        token.ThrowIfCancellationRequested();
        var rule = new JoinRule(_ring);
        return _ring.IsAllDone(out _) || (timeout != TimeSpan.Zero && SharedWait.Wait(this, ref rule, deadline, token));
    }

    /// <summary>Waits, without blocking the thread, until every item put was got and declared done.</summary>
    /// <inheritdoc cref="Join(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Join(CancellationToken)" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask JoinAsync(CancellationToken token = default) => await JoinOrGiveUpAsync(Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);

    /// <summary>Waits, without blocking the thread, until every item put was got and declared done, or the time is up.</summary>
    /// <inheritdoc cref="TryJoin(TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryJoin(TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryJoin(TimeSpan, CancellationToken)" path="/exception"/>
    public ValueTask<bool> TryJoinAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return JoinOrGiveUpAsync(timeout, token);
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<bool> JoinOrGiveUpAsync(TimeSpan timeout, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        return _ring.IsAllDone(out _)
            || (timeout != TimeSpan.Zero && await new SharedCall<JoinRule>(new JoinRule(_ring)).WaitAsync(this, timeout, token).ConfigureAwait(false));
    }
}
