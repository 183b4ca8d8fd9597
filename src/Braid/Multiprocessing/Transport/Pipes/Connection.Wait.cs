using System.Runtime.ExceptionServices;

namespace Braid.Multiprocessing;

public sealed partial class Connection
{
    /// <summary>
    /// Waits until at least one of several is ready: a connection from which a message, or the end of the stream, can be received; or the
    /// sentinel of a process that has ended.
    /// </summary>
    /// <param name="many">What to wait for.</param>
    /// <param name="timeout">How long to wait at most; null for no limit; zero only checks.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>
    /// Those that are ready, in their order in <paramref name="many"/>; none if the time was up, or if there was nothing to wait for.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="InvalidOperationException">A connection among them only sends.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="ObjectDisposedException">A connection among them was closed, before or during the wait.</exception>
    public static IReadOnlyList<IWaitable> Wait(IEnumerable<IWaitable> many, TimeSpan? timeout = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(many);
        var deadline = Deadline.After(timeout ?? Timeout.InfiniteTimeSpan, nameof(timeout));
        IWaitable[] all = [.. many];
        return all.Length == 0 ? [] : new ManyWaits(all).Wait(deadline, token);
    }

    /// <summary>Waits, without blocking the thread, until at least one of several is ready.</summary>
    /// <inheritdoc cref="Wait" path="/param"/>
    /// <inheritdoc cref="Wait" path="/returns"/>
    /// <inheritdoc cref="Wait" path="/exception"/>
    public static ValueTask<IReadOnlyList<IWaitable>> WaitAsync(
        IEnumerable<IWaitable> many, TimeSpan? timeout = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(many);
        Deadline.Check(timeout ?? Timeout.InfiniteTimeSpan, nameof(timeout));
        return WaitForAnyAsync([.. many], timeout ?? Timeout.InfiniteTimeSpan, token);
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private static async ValueTask<IReadOnlyList<IWaitable>> WaitForAnyAsync(IWaitable[] many, TimeSpan timeout, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        IReadOnlyList<IWaitable> ready = await ReadyAsync(many).ConfigureAwait(false);
        if (ready.Count > 0 || many.Length == 0 || timeout == TimeSpan.Zero)
        {
            return ready;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(token);
        var ended = new Queues.SimpleQueue<Exception?>();
        ValueTask[] watches = [.. many.Select(one => Watch(one.WhenReadyAsync(timeout, enough.Token), ended))];
        Exception? failure = await ended.GetAsync(CancellationToken.None).ConfigureAwait(false);
        enough.Cancel();                      // cancels only the waits of this call
        foreach (ValueTask watch in watches)
        {
            await watch.ConfigureAwait(false);
        }

        token.ThrowIfCancellationRequested();
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return await ReadyAsync(many).ConfigureAwait(false);
    }

    /// <summary>Reports when a wait has ended, and the exception with which it did.</summary>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    private static async ValueTask Watch(ValueTask<bool> wait, Queues.SimpleQueue<Exception?> ended)
    {
        Exception? failure = null;
        try
        {
            await wait.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        ended.Put(failure);
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private static async ValueTask<IReadOnlyList<IWaitable>> ReadyAsync(IWaitable[] many)
    {
        var ready = new List<IWaitable>();
        foreach (IWaitable one in many)
        {
            if (await one.WhenReadyAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false))
            {
                ready.Add(one);
            }
        }

        return ready;
    }
}
