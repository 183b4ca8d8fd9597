using Braid.Queues;

namespace Braid.Multiprocessing;

public partial class Queue<T>
{
    /// <inheritdoc/>
    /// <remarks>The item is serialised before the call waits.</remarks>
    /// <exception cref="PayloadException">The item cannot travel, or is too large.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public void Put(T item, CancellationToken token = default)
    {
        token.ThrowIfCancellationRequested();
        using MessageBuffer message = Write(item);
        if (!IsPut(_ring.TryPut(message, out _)))
        {
            PutSlow(message, Deadline.Never, token);
        }
    }

    /// <inheritdoc/>
    /// <remarks>The item is serialised before the call waits.</remarks>
    /// <exception cref="PayloadException">The item cannot travel, or is too large.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public bool TryPut(T item, TimeSpan timeout = default, CancellationToken token = default)
    {
        var deadline = Deadline.After(timeout);
        token.ThrowIfCancellationRequested();
        using MessageBuffer message = Write(item);
        return timeout == TimeSpan.Zero
            ? IsPut(_ring.PutNow(message))
            : IsPut(_ring.TryPut(message, out _)) || PutSlow(message, deadline, token);
    }

    /// <inheritdoc/>
    /// <exception cref="PayloadException">The item cannot travel, or is too large.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask PutAsync(T item, CancellationToken token = default) =>
        await PutOrGiveUpAsync(item, Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <exception cref="PayloadException">The item cannot travel, or is too large.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public ValueTask<bool> TryPutAsync(T item, TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return PutOrGiveUpAsync(item, timeout, token);
    }

    /// <inheritdoc/>
    /// <remarks>Waits only for another call that is putting at this moment, for a second at most.</remarks>
    /// <exception cref="PayloadException">The item cannot travel, or is too large.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public void PutNowait(T item)
    {
        if (!TryPut(item))
        {
            throw Full ? QueueFullException.Of(Qsize, Maxsize)
                : new QueueFullException(
                    "The queue has no memory left for the item, or another process has been putting one for more than a second, and the " +
                    "call was not to wait.");
        }
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<bool> PutOrGiveUpAsync(T item, TimeSpan timeout, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        using MessageBuffer message = Write(item);
        if (timeout == TimeSpan.Zero)
        {
            return IsPut(_ring.PutNow(message));
        }

        if (IsPut(_ring.TryPut(message, out _)))
        {
            return true;
        }

        var call = new SharedCall<RingRule<PutAttempt>>(new(new(_ring, message)));
        return await call.WaitAsync(this, timeout, token).ConfigureAwait(false) && IsPut(call.Rule.Outcome);
    }

    private bool PutSlow(MessageBuffer message, Deadline deadline, CancellationToken token)
    {
        var rule = new RingRule<PutAttempt>(new(_ring, message), Spinning.SharedTurns);
        return SharedWait.Wait(this, ref rule, deadline, token) && IsPut(rule.Outcome);
    }

    private static bool IsPut(RingOutcome outcome) =>
        outcome == RingOutcome.Ended ? throw new QueueShutDownException() : outcome == RingOutcome.Done;

    private static MessageBuffer Write(T item)
    {
        HandlesInTransit.Prune();
        return MessageBuffer.Of(item);
    }
}
