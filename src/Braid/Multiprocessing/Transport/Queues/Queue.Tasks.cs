namespace Braid.Multiprocessing;

public partial class Queue<T>
{
    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public long UnfinishedTasks => Open.UnfinishedTasks;

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public void TaskDone()
    {
        if (!_ring.TryFinish())
        {
            throw new InvalidOperationException("TaskDone() was called more often than items were put.");
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public void Join(CancellationToken token = default) => TryJoin(Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public bool TryJoin(TimeSpan timeout = default, CancellationToken token = default)
    {
        var deadline = Deadline.After(timeout);
        token.ThrowIfCancellationRequested();
        var rule = new RingRule<JoinAttempt>(new(_ring));
        return _ring.IsAllDone(out _) || (timeout != TimeSpan.Zero && SharedWait.Wait(this, ref rule, deadline, token));
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask JoinAsync(CancellationToken token = default) =>
        await JoinOrGiveUpAsync(Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
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
            || (timeout != TimeSpan.Zero
                && await new SharedCall<RingRule<JoinAttempt>>(new(new(_ring))).WaitAsync(this, timeout, token).ConfigureAwait(false));
    }
}
