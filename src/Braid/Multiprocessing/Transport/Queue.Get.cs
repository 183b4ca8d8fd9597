using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Braid.Queues;

namespace Braid.Multiprocessing;

public partial class Queue<T>
{
    /// <summary>Takes the next item out, blocking until there is one.</summary>
    /// <param name="token">Ends the wait; no item is taken.</param>
    /// <returns>The item.</returns>
    /// <exception cref="PayloadException">The item cannot be rebuilt in this process; it is taken out.</exception>
    /// <exception cref="QueueShutDownException">The queue is shut down and has no item left, before or during the wait.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public T Get(CancellationToken token = default)
    {
        token.ThrowIfCancellationRequested();
        if (!TryGetNow(out Message message))
        {
            GetSlow(out message, Deadline.Never, token);
        }

        return Read(message);
    }

    /// <summary>Takes the next item out, blocking until there is one or the time is up.</summary>
    /// <param name="item">The item.</param>
    /// <param name="timeout">How long to wait at most; zero, the default, tries once; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <param name="token">Ends the wait; no item is taken.</param>
    /// <returns>Whether there was an item; false when the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="PayloadException">The item cannot be rebuilt in this process; it is taken out.</exception>
    /// <exception cref="QueueShutDownException">The queue is shut down and has no item left, before or during the wait.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public bool TryGet([MaybeNullWhen(false)] out T item, TimeSpan timeout = default, CancellationToken token = default)
    {
        var deadline = Deadline.After(timeout);
        token.ThrowIfCancellationRequested();
        Message message;
        bool got = TryGetNow(out message, isLast: timeout == TimeSpan.Zero)
            || (timeout != TimeSpan.Zero && GetSlow(out message, deadline, token));
        item = got ? Read(message) : default;
        return got;
    }

    /// <summary>Takes the next item out, waiting without blocking the thread until there is one.</summary>
    /// <inheritdoc cref="Get(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Get(CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="Get(CancellationToken)" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<T> GetAsync(CancellationToken token = default) => (await GetOrGiveUpAsync(Timeout.InfiniteTimeSpan, token)).Item;

    /// <summary>Takes the next item out, waiting without blocking the thread until there is one or the time is up: <c>if (await q.TryGetAsync(timeout) is (true, var item))</c>.</summary>
    /// <param name="timeout">How long to wait at most; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <param name="token">Ends the wait; no item is taken.</param>
    /// <returns>Whether there was an item, and the item; not when the time was up.</returns>
    /// <inheritdoc cref="TryGet(out T, TimeSpan, CancellationToken)" path="/exception"/>
    public ValueTask<(bool Success, T Item)> TryGetAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return GetOrGiveUpAsync(timeout, token);
    }

    /// <summary>Takes the next item out if there is one. Waits only for another call that is getting at this moment, a second at most.</summary>
    /// <returns>The item.</returns>
    /// <exception cref="PayloadException">The item cannot be rebuilt in this process; it is taken out.</exception>
    /// <exception cref="QueueEmptyException">There is no item.</exception>
    /// <exception cref="QueueShutDownException">The queue is shut down and has no item left.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public T GetNowait() => TryGet(out T? item) ? item
        : throw (Empty ? new QueueEmptyException() : new QueueEmptyException("Another process has been getting an item for more than a second, and the call was not to wait."));

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<(bool Success, T Item)> GetOrGiveUpAsync(TimeSpan timeout, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        if (TryGetNow(out Message message, isLast: timeout == TimeSpan.Zero))
        {
            return (true, Read(message));
        }

        if (timeout == TimeSpan.Zero)
        {
            return default;
        }

        var call = new SharedCall<GetRule>(new GetRule(_ring));
        return await call.WaitAsync(this, timeout, token) && IsGot(call.Rule.Outcome) ? (true, Read(call.Rule.Message)) : default;
    }

    private bool GetSlow(out Message message, Deadline deadline, CancellationToken token)
    {
        var rule = new GetRule(_ring, Spinning.SharedTurns);
        bool got = SharedWait.Wait(this, ref rule, deadline, token) && IsGot(rule.Outcome);
        message = rule.Message;
        return got;
    }

    private bool TryGetNow(out Message message, bool isLast = false) => IsGot(TryRing(out message, isLast));

    private RingOutcome TryRing(out Message message, bool isLast)
    {
        InTransit.Prune();
        if (Volatile.Read(ref _postponed) is not null && Interlocked.Exchange(ref _postponed, null) is Exception postponed)
        {
            ExceptionDispatchInfo.Throw(postponed);
        }

        return isLast ? _ring.GetNow(out message) : _ring.TryGet(out message, out _);
    }

    private static bool IsGot(RingOutcome outcome) => outcome == RingOutcome.Ended ? throw new QueueShutDownException() : outcome == RingOutcome.Done;

    internal static T Read(Message message)
    {
        using (message)
        {
            return message.Read<T>();
        }
    }
}
