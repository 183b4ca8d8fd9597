namespace Braid.Multiprocessing;

/// <summary>Waits before an attempt is repeated for which the system announces no better moment.</summary>
internal static class Pause
{
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void For(object attempt, TimeSpan time, CancellationToken token)
    {
        var never = default(NothingToTake);
        new WaitQueue(new Gate(), attempt).Park(ref never, Deadline.After(time), token);
    }

    /// <inheritdoc cref="For"/>
    public static ValueTask<bool> ForAsync(object attempt, TimeSpan time, CancellationToken token)
    {
        var waiter = SignalWaiter.Rent();
        var never = default(NothingToTake);
        new WaitQueue(new Gate(), attempt).WaitAsync(waiter, ref never, time, token);
        return waiter.AsTryTask();
    }
}
