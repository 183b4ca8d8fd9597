namespace Braid.Threading;

/// <summary>What the awaiting shapes need of a primitive, in-process or shared, whose waits end without a value.</summary>
internal interface IAwaited
{
    /// <summary>One attempt for an awaiting caller, which does not pass earlier awaits. Does not wait.</summary>
    bool TryNowForAwaiter();

    /// <summary>Starts a wait.</summary>
    SignalWaiter Enqueue(TimeSpan timeout, CancellationToken token);
}

/// <summary>The two awaiting shapes: an attempt first, and a wait only if it fails. Invalid arguments throw at the call.</summary>
/// <remarks>
/// The blocking shapes are written in each type: there the attempt is the fast path, inlined where it matters. So are the awaiting shapes
/// of a queue, which has three kinds of waits, two of them with an item.
/// </remarks>
internal static class AwaitingShapes
{
    public static ValueTask WaitAsync(IAwaited primitive, CancellationToken token) =>
        token.IsCancellationRequested ? ValueTask.FromCanceled(token)
        : primitive.TryNowForAwaiter() ? default
        : primitive.Enqueue(Timeout.InfiniteTimeSpan, token).AsTask();

    public static ValueTask<bool> TryWaitAsync(IAwaited primitive, TimeSpan timeout, CancellationToken token)
    {
        Deadline.Check(timeout);
        return token.IsCancellationRequested ? ValueTask.FromCanceled<bool>(token)
            : primitive.TryNowForAwaiter() ? new ValueTask<bool>(true)
            : primitive.Enqueue(timeout, token).AsTryTask();
    }
}
