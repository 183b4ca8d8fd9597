using System.Diagnostics.CodeAnalysis;
using Braid.Threading;

namespace Braid.Futures;

/// <content>Submitting to an executor that bounds how many calls may be pending.</content>
public abstract partial class Executor
{
    /// <summary>The bound on pending calls; null if there is none.</summary>
    private protected virtual PendingLimit? Limit => null;

    /// <summary>Submits a call.</summary>
    /// <param name="function">What to call.</param>
    /// <param name="hasPlace">Whether the caller has taken a place among the pending for it.</param>
    /// <param name="token">Cancels it.</param>
    internal virtual Future<T> Submit<T>(Func<T> function, bool hasPlace, CancellationToken token) => Submit(function, token);

    /// <summary>Submits a call with a result if there is room for one more pending call now or within the given time.</summary>
    /// <remarks>
    /// Without a bound on pending calls (<see cref="ThreadPoolOptions.MaxPending"/>, <see cref="ProcessPoolOptions.MaxPending"/>) there is
    /// always room.
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="function">What to call.</param>
    /// <param name="future">The call's future; null if there was no room.</param>
    /// <param name="timeout">
    /// How long to wait for room at most; zero, the default, refuses at once; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait; then cancels the call, as with <see cref="Submit{T}(Func{T}, CancellationToken)"/>.</param>
    /// <returns>Whether it was submitted.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before there was room.</exception>
    /// <inheritdoc cref="Submit{T}(Func{T}, CancellationToken)" path="/exception"/>
    [OverloadResolutionPriority(Awaiting.Synchronous)]
    public bool TrySubmit<T>(
        Func<T> function, [NotNullWhen(true)] out Future<T>? future, TimeSpan timeout = default, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        future = TryEnter(timeout, token) is bool hasPlace ? Submit(function, hasPlace, token) : null;
        return future is not null;
    }

    /// <summary>Submits a call without a result if there is room for one more pending call now or within the given time.</summary>
    /// <inheritdoc cref="TrySubmit{T}(Func{T}, out Future{T}, TimeSpan, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.Synchronous)]
    public bool TrySubmit(
        Action function, [NotNullWhen(true)] out Future? future, TimeSpan timeout = default, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        AsyncVoid.RefuseQuickly(function, "Pass a function that returns a task.");
        bool isSubmitted = TrySubmit<ValueTuple>(function.AsUnit, out Future<ValueTuple>? call, timeout, token);
        future = call;
        return isSubmitted;
    }

    /// <summary>
    /// Submits an asynchronous call without a result if there is room for one more pending call now or within the given time.
    /// </summary>
    /// <inheritdoc cref="TrySubmit{T}(Func{T}, out Future{T}, TimeSpan, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTask)]
    public bool TrySubmit(
        Func<Task> function, [NotNullWhen(true)] out Future? future, TimeSpan timeout = default, CancellationToken token = default) =>
        TrySubmit(Awaiting.Of(function), out future, timeout, token);

    /// <summary>
    /// Submits an asynchronous call with a result if there is room for one more pending call now or within the given time.
    /// </summary>
    /// <inheritdoc cref="TrySubmit{T}(Func{T}, out Future{T}, TimeSpan, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public bool TrySubmit<T>(
        Func<Task<T>> function, [NotNullWhen(true)] out Future<T>? future, TimeSpan timeout = default, CancellationToken token = default) =>
        TrySubmit(Awaiting.ResultOf(function), out future, timeout, token);

    /// <summary>
    /// Submits an asynchronous call without a result if there is room for one more pending call now or within the given time.
    /// </summary>
    /// <inheritdoc cref="TrySubmit{T}(Func{T}, out Future{T}, TimeSpan, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public bool TrySubmit(
        Func<ValueTask> function, [NotNullWhen(true)] out Future? future, TimeSpan timeout = default, CancellationToken token = default) =>
        TrySubmit(Awaiting.Of(function), out future, timeout, token);

    /// <summary>
    /// Submits an asynchronous call with a result if there is room for one more pending call now or within the given time.
    /// </summary>
    /// <inheritdoc cref="TrySubmit{T}(Func{T}, out Future{T}, TimeSpan, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public bool TrySubmit<T>(
        Func<ValueTask<T>> function,
        [NotNullWhen(true)] out Future<T>? future,
        TimeSpan timeout = default,
        CancellationToken token = default) =>
        TrySubmit(Awaiting.ResultOf(function), out future, timeout, token);

    /// <summary>Submits a call with a result, waiting without blocking the thread until there is room for one more pending call.</summary>
    /// <remarks>
    /// The task is done when the call is submitted, not when it has ended; the future reports that. Without a bound on pending calls
    /// (<see cref="ThreadPoolOptions.MaxPending"/>, <see cref="ProcessPoolOptions.MaxPending"/>) it never waits.
    /// </remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="function">What to call.</param>
    /// <param name="token">Ends the wait; then cancels the call, as with <see cref="Submit{T}(Func{T}, CancellationToken)"/>.</param>
    /// <returns>The call's future.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled before there was room.</exception>
    /// <inheritdoc cref="Submit{T}(Func{T}, CancellationToken)" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    [OverloadResolutionPriority(Awaiting.Synchronous)]
    public async ValueTask<Future<T>> SubmitAsync<T>(Func<T> function, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        bool hasPlace = Limit is { } limit && !IsExempt && await limit.TryEnterAsync(Timeout.InfiniteTimeSpan, token);
        return Submit(function, hasPlace, token);
    }

    /// <summary>
    /// Submits a call without a result, waiting without blocking the thread until there is room for one more pending call.
    /// </summary>
    /// <inheritdoc cref="SubmitAsync{T}(Func{T}, CancellationToken)"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    [OverloadResolutionPriority(Awaiting.Synchronous)]
    public async ValueTask<Future> SubmitAsync(Action function, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        AsyncVoid.RefuseQuickly(function, "Pass a function that returns a task.");
        return await SubmitAsync<ValueTuple>(function.AsUnit, token).ConfigureAwait(false);
    }

    /// <summary>
    /// Submits an asynchronous call without a result, waiting without blocking the thread until there is room for one more pending call.
    /// </summary>
    /// <inheritdoc cref="SubmitAsync{T}(Func{T}, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTask)]
    public ValueTask<Future> SubmitAsync(Func<Task> function, CancellationToken token = default) =>
        SubmitAsync(Awaiting.Of(function), token);

    /// <summary>
    /// Submits an asynchronous call with a result, waiting without blocking the thread until there is room for one more pending call.
    /// </summary>
    /// <inheritdoc cref="SubmitAsync{T}(Func{T}, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public ValueTask<Future<T>> SubmitAsync<T>(Func<Task<T>> function, CancellationToken token = default) =>
        SubmitAsync(Awaiting.ResultOf(function), token);

    /// <summary>
    /// Submits an asynchronous call without a result, waiting without blocking the thread until there is room for one more pending call.
    /// </summary>
    /// <inheritdoc cref="SubmitAsync{T}(Func{T}, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public ValueTask<Future> SubmitAsync(Func<ValueTask> function, CancellationToken token = default) =>
        SubmitAsync(Awaiting.Of(function), token);

    /// <summary>
    /// Submits an asynchronous call with a result, waiting without blocking the thread until there is room for one more pending call.
    /// </summary>
    /// <inheritdoc cref="SubmitAsync{T}(Func{T}, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public ValueTask<Future<T>> SubmitAsync<T>(Func<ValueTask<T>> function, CancellationToken token = default) =>
        SubmitAsync(Awaiting.ResultOf(function), token);

    /// <summary>Whether the calling thread needs no place, because calls that have one may wait for it.</summary>
    private protected virtual bool IsExempt => false;

    /// <summary>Waits for a place as long as it takes.</summary>
    /// <returns>Whether the caller has one: not if there is no bound, and not if the token was cancelled, which cancels the call.</returns>
    private protected bool Enter(CancellationToken token)
    {
        if (Limit is not { } limit || IsExempt)
        {
            return false;
        }

        try
        {
            return limit.TryEnter(Timeout.InfiniteTimeSpan, token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <returns>Whether the caller has a place; null if there was none in time.</returns>
    private bool? TryEnter(TimeSpan timeout, CancellationToken token)
    {
        Deadline.Check(timeout);
        return Limit is not { } limit || IsExempt ? false : limit.TryEnter(timeout, token) ? true : null;
    }
}
