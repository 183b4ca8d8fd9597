namespace Braid.Futures;

public abstract partial class Future
{
    /// <summary>Blocks until the call is done, and throws its exception if it failed.</summary>
    /// <param name="token">Ends the wait, not the call.</param>
    /// <exception cref="OperationCanceledException">The call was cancelled (see <see cref="Cancelled"/>), or the token was.</exception>
    public void Result(CancellationToken token = default) => TryResult(Timeout.InfiniteTimeSpan, token);

    /// <summary>Blocks until the call is done or the time is up, and throws its exception if it failed.</summary>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, only checks; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait, not the call.</param>
    /// <returns>Whether the call is done; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled, or the token was.</exception>
    public bool TryResult(TimeSpan timeout = default, CancellationToken token = default)
    {
        if (!WaitUntilDone(timeout, token))
        {
            return false;
        }

        ThrowIfFailed();
        return true;
    }

    /// <summary>Waits, without blocking the thread, until the call is done, and throws its exception if it failed.</summary>
    /// <inheritdoc cref="Result(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Result(CancellationToken)" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask ResultAsync(CancellationToken token = default) =>
        await TryResultAsync(Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);

    /// <summary>
    /// Waits, without blocking the thread, until the call is done or the time is up, and throws its exception if it failed.
    /// </summary>
    /// <inheritdoc cref="TryResult(TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryResult(TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryResult(TimeSpan, CancellationToken)" path="/exception"/>
    public ValueTask<bool> TryResultAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return ResultAsync(timeout, token);
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<bool> ResultAsync(TimeSpan timeout, CancellationToken token)
    {
        if (!await WaitUntilDoneAsync(timeout, token).ConfigureAwait(false))
        {
            return false;
        }

        ThrowIfFailed();
        return true;
    }

    /// <summary>Blocks until the call is done.</summary>
    /// <param name="token">Ends the wait, not the call.</param>
    /// <returns>The exception the call threw; null if it threw none.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled, or the token was.</exception>
    public Exception? Exception(CancellationToken token = default)
    {
        TryException(out Exception? exception, Timeout.InfiniteTimeSpan, token);
        return exception;
    }

    /// <summary>Blocks until the call is done or the time is up.</summary>
    /// <param name="exception">The exception the call threw; null if it threw none, or if the time was up.</param>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, only checks; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait, not the call.</param>
    /// <inheritdoc cref="TryResult(TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryResult(TimeSpan, CancellationToken)" path="/exception"/>
    public bool TryException(out Exception? exception, TimeSpan timeout = default, CancellationToken token = default)
    {
        bool done = WaitUntilDone(timeout, token);
        exception = done ? FailureUnlessCancelled() : null;
        return done;
    }

    /// <summary>Waits, without blocking the thread, until the call is done.</summary>
    /// <inheritdoc cref="Exception(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Exception(CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="Exception(CancellationToken)" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<Exception?> ExceptionAsync(CancellationToken token = default) =>
        (await TryExceptionAsync(Timeout.InfiniteTimeSpan, token).ConfigureAwait(false)).Exception;

    /// <summary>Waits, without blocking the thread, until the call is done or the time is up.</summary>
    /// <inheritdoc cref="TryResult(TimeSpan, CancellationToken)" path="/param"/>
    /// <returns>Whether the call is done, and the exception it threw, if any.</returns>
    /// <inheritdoc cref="TryResult(TimeSpan, CancellationToken)" path="/exception"/>
    public ValueTask<(bool Success, Exception? Exception)> TryExceptionAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return ExceptionAsync(timeout, token);
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<(bool Success, Exception? Exception)> ExceptionAsync(TimeSpan timeout, CancellationToken token) =>
        await WaitUntilDoneAsync(timeout, token).ConfigureAwait(false) ? (true, FailureUnlessCancelled()) : (false, null);

    /// <summary>Blocks until it is done, whatever the outcome.</summary>
    internal bool WaitUntilDone(TimeSpan timeout, CancellationToken token)
    {
        Deadline.Check(timeout);
        token.ThrowIfCancellationRequested();
        if (Done)
        {
            return true;
        }

        if (timeout == TimeSpan.Zero)
        {
            return false;
        }

        HelpAlong();
        var rule = new DoneRule(this);
        return WaitQueue.SpinUntilReady(ref rule) || CompletionOrNew().Waiters.Park(ref rule, Deadline.After(timeout), token);
    }

    /// <summary>Awaits until it is done, whatever the outcome.</summary>
    internal ValueTask<bool> WaitUntilDoneAsync(TimeSpan timeout, CancellationToken token)
    {
        Deadline.Check(timeout);
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(token);
        }

        if (Done)
        {
            return new ValueTask<bool>(true);
        }

        SignalWaiter waiter = SignalWaiter.Rent();
        var rule = new DoneRule(this);
        CompletionOrNew().Waiters.WaitAsync(waiter, ref rule, timeout, token);
        return waiter.AsTryTask();
    }

    private Exception? FailureUnlessCancelled()
    {
        if (Cancelled)
        {
            ThrowIfFailed();
        }

        return Failure;
    }

    private readonly struct DoneRule(Future future) : IRule
    {
        public bool KeepsOrder => false;

        public bool LooksReady() => future.Done;

        public bool TryTake(bool othersWait) => future.Done;

        public bool TryServe(AsyncWaiter waiter, bool othersWait) => future.Done;

        public bool CanTake() => future.Done;
    }
}
