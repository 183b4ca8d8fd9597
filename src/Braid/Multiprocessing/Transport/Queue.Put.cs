using Braid.Queues;

namespace Braid.Multiprocessing;

public partial class Queue<T>
{
    /// <summary>Puts an item, blocking until there is room.</summary>
    /// <param name="item">The item. It is written out before the call waits.</param>
    /// <param name="token">Ends the wait; the item is not put.</param>
    /// <exception cref="PayloadException">The item cannot travel, or is too large.</exception>
    /// <exception cref="QueueShutDownException">The queue is shut down, before or during the wait.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
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

    /// <summary>Puts an item, blocking until there is room or the time is up.</summary>
    /// <param name="item">The item. It is written out before the call waits.</param>
    /// <param name="timeout">How long to wait at most; zero, the default, tries once; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <param name="token">Ends the wait; the item is not put.</param>
    /// <returns>Whether the item was put; false when the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="PayloadException">The item cannot travel, or is too large.</exception>
    /// <exception cref="QueueShutDownException">The queue is shut down, before or during the wait.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public bool TryPut(T item, TimeSpan timeout = default, CancellationToken token = default)
    {
        var deadline = Deadline.After(timeout);
        token.ThrowIfCancellationRequested();
        using MessageBuffer message = Write(item);
        return timeout == TimeSpan.Zero ? IsPut(_ring.PutNow(message)) : IsPut(_ring.TryPut(message, out _)) || PutSlow(message, deadline, token);
    }

    /// <summary>Puts an item, waiting without blocking the thread until there is room.</summary>
    /// <inheritdoc cref="Put(T, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Put(T, CancellationToken)" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask PutAsync(T item, CancellationToken token = default) => await PutOrGiveUpAsync(item, Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);

    /// <summary>Puts an item, waiting without blocking the thread until there is room or the time is up.</summary>
    /// <inheritdoc cref="TryPut(T, TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryPut(T, TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryPut(T, TimeSpan, CancellationToken)" path="/exception"/>
    public ValueTask<bool> TryPutAsync(T item, TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return PutOrGiveUpAsync(item, timeout, token);
    }

    /// <summary>Puts an item if there is room. Waits only for another call that is putting at this moment, a second at most.</summary>
    /// <param name="item">The item.</param>
    /// <exception cref="PayloadException">The item cannot travel, or is too large.</exception>
    /// <exception cref="QueueFullException">There is no room.</exception>
    /// <exception cref="QueueShutDownException">The queue is shut down.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public void PutNowait(T item)
    {
        if (!TryPut(item))
        {
            throw new QueueFullException(Full ? $"The queue holds {Qsize} of at most {Maxsize} items. Put() waits for room; TryPut() tells without an exception."
                : "The queue has no memory left for the item, or another process has been putting one for more than a second, and the call was not to wait.");
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

        var call = new SharedCall<PutRule>(new PutRule(_ring, message));
        return await call.WaitAsync(this, timeout, token).ConfigureAwait(false) && IsPut(call.Rule.Outcome);
    }

    private bool PutSlow(MessageBuffer message, Deadline deadline, CancellationToken token)
    {
        var rule = new PutRule(_ring, message, Spinning.SharedTurns);
        return SharedWait.Wait(this, ref rule, deadline, token) && IsPut(rule.Outcome);
    }

    private static bool IsPut(RingOutcome outcome) => outcome == RingOutcome.Ended ? throw new QueueShutDownException() : outcome == RingOutcome.Done;

    private static MessageBuffer Write(T item)
    {
        InTransit.Prune();
        return MessageBuffer.Of(item);
    }
}
