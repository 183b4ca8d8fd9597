using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Braid.Queues;

namespace Braid.Multiprocessing;

public partial class Queue<T>
{
    /// <inheritdoc/>
    /// <exception cref="PayloadException">The item cannot be rebuilt in this process; it is removed.</exception>
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

    /// <inheritdoc/>
    /// <exception cref="PayloadException">The item cannot be rebuilt in this process; it is removed.</exception>
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

    /// <inheritdoc/>
    /// <exception cref="PayloadException">The item cannot be rebuilt in this process; it is removed.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<T> GetAsync(CancellationToken token = default) => (await GetOrGiveUpAsync(Timeout.InfiniteTimeSpan, token)).Item;

    /// <inheritdoc/>
    /// <exception cref="PayloadException">The item cannot be rebuilt in this process; it is removed.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process, before or during the wait.</exception>
    public ValueTask<(bool Success, T Item)> TryGetAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return GetOrGiveUpAsync(timeout, token);
    }

    /// <inheritdoc/>
    /// <remarks>Waits only for another call that is getting at this moment, for a second at most.</remarks>
    /// <exception cref="PayloadException">The item cannot be rebuilt in this process; it is removed.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public T GetNowait() => TryGet(out T? item) ? item
        : throw (Empty
            ? new QueueEmptyException()
            : new QueueEmptyException(
                "Another process has been getting an item for more than a second, and the call was not to wait."));

    /// <inheritdoc/>
    /// <remarks>The result is a copy. Waits only for another call that is getting at this moment, for a second at most.</remarks>
    /// <exception cref="NotSupportedException">
    /// The item carries shared objects, such as a lock or a connection, which can arrive only once. Get it instead.
    /// </exception>
    /// <exception cref="PayloadException">The item cannot be rebuilt in this process.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public T Peek() => TryPeek(out T? item) ? item : throw new QueueEmptyException();

    /// <inheritdoc/>
    /// <remarks>The result is a copy. Waits only for another call that is getting at this moment, for a second at most.</remarks>
    /// <exception cref="NotSupportedException">
    /// The item carries shared objects, such as a lock or a connection, which can arrive only once. Get it instead.
    /// </exception>
    /// <exception cref="PayloadException">The item cannot be rebuilt in this process.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed in this process.</exception>
    public bool TryPeek([MaybeNullWhen(false)] out T item)
    {
        bool isThere = _ring.PeekNow(out Message message, out bool carries) == RingOutcome.Done;
        if (carries)
        {
            throw new NotSupportedException(
                "The next item carries shared objects, which arrive only once: it cannot be peeked at. Get it.");
        }

        item = isThere ? Read(message) : default;
        return isThere;
    }

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

        var call = new SharedCall<RingRule<GetAttempt>>(new(new(_ring)));
        return await call.WaitAsync(this, timeout, token) && IsGot(call.Rule.Outcome) ? (true, Read(call.Rule.Attempt.Message)) : default;
    }

    private bool GetSlow(out Message message, Deadline deadline, CancellationToken token)
    {
        var rule = new RingRule<GetAttempt>(new(_ring), Spinning.SharedTurns);
        bool got = SharedWait.Wait(this, ref rule, deadline, token) && IsGot(rule.Outcome);
        message = rule.Attempt.Message;
        return got;
    }

    private bool TryGetNow(out Message message, bool isLast = false) => IsGot(TryRing(out message, isLast));

    private RingOutcome TryRing(out Message message, bool isLast)
    {
        HandlesInTransit.Prune();
        // The read saves an exchange; the exchange gives the exception to one caller.
        if (Volatile.Read(ref _postponed) is not null && Interlocked.Exchange(ref _postponed, null) is Exception postponed)
        {
            ExceptionDispatchInfo.Throw(postponed);
        }

        return isLast ? _ring.GetNow(out message) : _ring.TryGet(out message, out _);
    }

    private static bool IsGot(RingOutcome outcome) =>
        outcome == RingOutcome.Ended ? throw new QueueShutDownException() : outcome == RingOutcome.Done;

    internal static T Read(Message message)
    {
        using (message)
        {
            return message.Read<T>();
        }
    }
}
