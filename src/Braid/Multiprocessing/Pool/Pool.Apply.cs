using Braid.Futures;

namespace Braid.Multiprocessing;

public partial class Pool
{
    /// <summary>Calls a function in a process, and blocks until it has ended.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="function">What to call. It travels with the variables it captures.</param>
    /// <param name="token">Cancels the call, even while it runs: its process is then killed.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentNullException">There is no function.</exception>
    /// <exception cref="InvalidOperationException">The pool is closed.</exception>
    /// <exception cref="PayloadException">
    /// A variable that the function captures, or its result, cannot travel; the message names it.
    /// </exception>
    /// <exception cref="ProcessException">
    /// The process died, or a limit was exceeded. Exceptions of the function itself are thrown as they are.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the pool terminated.</exception>
    public T Apply<T>(Func<T> function, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        Threading.AsyncVoid.RefuseTask<T>();
        ThrowIfClosed();
        return _executor.Submit(function, token).Result(token);
    }

    /// <summary>Calls a function with an argument in a process, and blocks until it has ended.</summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="function">What to call.</param>
    /// <param name="argument">The argument, which travels.</param>
    /// <param name="token">Cancels the call, even while it runs: its process is then killed.</param>
    /// <inheritdoc cref="Apply{T}(Func{T}, CancellationToken)"/>
    public TResult Apply<T, TResult>(Func<T, TResult> function, T argument, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Apply(DelegateAdapters.Bind(function, argument), token);
    }

    /// <summary>Calls a function in a process without waiting for it. Blocks only at <see cref="ProcessPoolOptions.MaxPending"/>.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="function">What to call. It travels with the variables it captures.</param>
    /// <param name="callback">
    /// Gets the result, before the outcome is ready; must not wait for the outcome. Null, the default, for none.
    /// </param>
    /// <param name="errorCallback">Gets the exception if the call fails or is cancelled. Null, the default, for none.</param>
    /// <param name="token">Cancels the call, even while it runs: its process is then killed.</param>
    /// <returns>The future outcome, which can be awaited.</returns>
    /// <exception cref="ArgumentNullException">There is no function.</exception>
    /// <exception cref="InvalidOperationException">The pool is closed.</exception>
    /// <exception cref="PayloadException">
    /// A variable that the function captures cannot travel; the message names it. Nothing was submitted.
    /// </exception>
    public AsyncResult<T> ApplyAsync<T>(
        Func<T> function, Action<T>? callback = null, Action<Exception>? errorCallback = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        Threading.AsyncVoid.RefuseTask<T>();
        CheckCallbacks(callback, errorCallback);
        ThrowIfClosed();
        return Watch(_executor.Submit(function, token), callback, errorCallback);
    }

    /// <summary>
    /// Calls a function with an argument in a process without waiting for it. Blocks only at <see cref="ProcessPoolOptions.MaxPending"/>.
    /// </summary>
    /// <typeparam name="T">The type of the argument.</typeparam>
    /// <typeparam name="TResult">The type of the result.</typeparam>
    /// <param name="function">What to call.</param>
    /// <param name="argument">The argument, which travels.</param>
    /// <param name="callback">
    /// Gets the result, before the outcome is ready; must not wait for the outcome. Null, the default, for none.
    /// </param>
    /// <param name="errorCallback">Gets the exception if the call fails or is cancelled. Null, the default, for none.</param>
    /// <param name="token">Cancels the call, even while it runs: its process is then killed.</param>
    /// <inheritdoc cref="ApplyAsync{T}(Func{T}, Action{T}?, Action{Exception}?, CancellationToken)"/>
    public AsyncResult<TResult> ApplyAsync<T, TResult>(
        Func<T, TResult> function,
        T argument,
        Action<TResult>? callback = null,
        Action<Exception>? errorCallback = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return ApplyAsync(DelegateAdapters.Bind(function, argument), callback, errorCallback, token);
    }

    private static void CheckCallbacks(Delegate? callback, Delegate? errorCallback)
    {
        const string Advice = "The result is ready once the callback has returned; await the result instead of a callback.";
        Threading.AsyncVoid.Refuse(callback, Advice);
        Threading.AsyncVoid.Refuse(errorCallback, Advice);
    }

    /// <summary>Creates a call's result, for which the end of the pool waits.</summary>
    private AsyncResult<T> Watch<T>(Future<T> call, Action<T>? callback, Action<Exception>? errorCallback)
    {
        Future<T> outcome = CallbackFuture.After(call, callback, errorCallback, _callbacks);
        _unended[outcome] = true;
        outcome.AddDoneCallback(done => _unended.TryRemove(done, out _));
        return new AsyncResult<T>(outcome);
    }
}
