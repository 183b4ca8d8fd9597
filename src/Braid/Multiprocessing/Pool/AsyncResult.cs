using System.Diagnostics.CodeAnalysis;
using Braid.Futures;

namespace Braid.Multiprocessing;

/// <summary>The outcome of a call of a <see cref="Pool"/> that may not have ended yet.</summary>
/// <remarks>
/// It is ready when the call has ended and its callback has run. It can be blocked on, awaited and polled; it throws the same exception
/// object each time. It becomes ready even if the process that ran the call dies, or the pool is terminated. Everything the callback wrote
/// is visible once it is ready. Python counterpart: <c>multiprocessing.pool.AsyncResult</c>.
/// </remarks>
/// <typeparam name="T">The type of the result.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class AsyncResult<T>
{
    private readonly Future<T> _outcome;

    internal AsyncResult(Future<T> outcome) => _outcome = outcome;

    /// <summary>Whether the call has ended and its callback has run.</summary>
    public bool Ready => _outcome.Done;

    /// <summary>Whether the call ended with a result, and not with an exception.</summary>
    /// <exception cref="InvalidOperationException">It is not ready.</exception>
    public bool Successful => Ready
        ? _outcome is { Failure: null, Cancelled: false }
        : throw new InvalidOperationException(
            "The call has not ended, so it is neither successful nor failed. Look at Ready first, or wait.");

    /// <summary>Blocks until it is ready, and returns the result or throws what the call threw.</summary>
    /// <param name="token">Ends the wait, not the call.</param>
    /// <exception cref="OperationCanceledException">The call was cancelled, or the token was.</exception>
    public T Get(CancellationToken token = default) => _outcome.Result(token);

    /// <summary>Blocks until it is ready or the time is up, and gives the result or throws the exception of the call.</summary>
    /// <param name="result">The result.</param>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, only checks; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait, not the call.</param>
    /// <returns>Whether it is ready; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled, or the token was.</exception>
    public bool TryGet([MaybeNullWhen(false)] out T result, TimeSpan timeout = default, CancellationToken token = default) =>
        _outcome.TryResult(out result, timeout, token);

    /// <summary>Waits, without blocking the thread, until it is ready, and returns the result or throws what the call threw.</summary>
    /// <inheritdoc cref="Get(CancellationToken)"/>
    public ValueTask<T> GetAsync(CancellationToken token = default) => _outcome.ResultAsync(token);

    /// <summary>
    /// Waits, without blocking the thread, until it is ready or the time is up, and gives the result or throws what the call threw.
    /// </summary>
    /// <param name="timeout">How long to wait at most; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.</param>
    /// <param name="token">Ends the wait, not the call.</param>
    /// <returns>Whether it is ready, and the result; false if the time was up.</returns>
    /// <inheritdoc cref="TryGet(out T, TimeSpan, CancellationToken)" path="/exception"/>
    public ValueTask<(bool Success, T Result)> TryGetAsync(TimeSpan timeout, CancellationToken token = default) =>
        _outcome.TryResultAsync(timeout, token);

    /// <summary>Blocks until it is ready, whatever the outcome.</summary>
    /// <param name="token">Ends the wait, not the call.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Wait(CancellationToken token = default) => _outcome.WaitUntilDone(Timeout.InfiniteTimeSpan, token);

    /// <summary>Blocks until it is ready, whatever the outcome, or the time is up.</summary>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, only checks; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait, not the call.</param>
    /// <returns>Whether it is ready; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public bool TryWait(TimeSpan timeout = default, CancellationToken token = default) => _outcome.WaitUntilDone(timeout, token);

    /// <summary>Waits, without blocking the thread, until it is ready, whatever the outcome.</summary>
    /// <inheritdoc cref="Wait(CancellationToken)"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask WaitAsync(CancellationToken token = default) =>
        await _outcome.WaitUntilDoneAsync(Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);

    /// <summary>Waits, without blocking the thread, until it is ready, whatever the outcome, or the time is up.</summary>
    /// <inheritdoc cref="TryWait(TimeSpan, CancellationToken)"/>
    public ValueTask<bool> TryWaitAsync(TimeSpan timeout, CancellationToken token = default) => _outcome.WaitUntilDoneAsync(timeout, token);

    /// <summary>A task with the same outcome, always the same one.</summary>
    public Task<T> AsTask() => _outcome.AsTask();

    /// <summary>Allows it to be awaited.</summary>
    public TaskAwaiter<T> GetAwaiter() => _outcome.GetAwaiter();

    /// <summary>Whether it is ready, and how the call ended.</summary>
    public override string ToString() =>
        !Ready ? "AsyncResult, not ready"
            : _outcome.Cancelled ? "AsyncResult, cancelled"
            : Successful ? "AsyncResult, successful"
            : $"AsyncResult, raised {_outcome.Failure!.GetType().Name}";
}
