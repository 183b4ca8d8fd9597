using System.Diagnostics.CodeAnalysis;

namespace Braid.Futures;

/// <summary>The outcome of a call that may not have ended yet, with a result.</summary>
/// <remarks>
/// See <see cref="Future"/>. Created by executors; created directly for tests, for custom executors, or to pass on a value once.
/// </remarks>
/// <typeparam name="T">The type of the result.</typeparam>
public class Future<T> : Future
{
    private T? _result;          // written while Ending, or by the executor while Running
    private Task<T>? _task;      // set once, by the first that wants a task

    private protected override string ResultText => $"returned {_result?.GetType().Name ?? "null"}";

    /// <summary>Ends the call with a result. For executors.</summary>
    /// <param name="result">The result.</param>
    /// <exception cref="InvalidStateException">The future is done already.</exception>
    public void SetResult(T result)
    {
        if (!TryBeginEnd())
        {
            throw HasOutcome();
        }

        _result = result;
        FinishEnd();
    }

    /// <summary>Blocks until the call is done, and returns its result or throws its exception.</summary>
    /// <param name="token">Ends the wait, not the call.</param>
    /// <exception cref="OperationCanceledException">The call was cancelled, or the token was.</exception>
    public new T Result(CancellationToken token = default)
    {
        base.Result(token);
        return _result!;
    }

    /// <summary>Blocks until the call is done or the time is up, and gives its result or throws its exception.</summary>
    /// <param name="result">The result.</param>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, only checks; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait, not the call.</param>
    /// <returns>Whether the call is done; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled, or the token was.</exception>
    public bool TryResult([MaybeNullWhen(false)] out T result, TimeSpan timeout = default, CancellationToken token = default)
    {
        bool done = TryResult(timeout, token);
        result = done ? _result! : default;
        return done;
    }

    /// <summary>Waits, without blocking the thread, until the call is done, and returns its result or throws its exception.</summary>
    /// <inheritdoc cref="Result(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Result(CancellationToken)" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public new async ValueTask<T> ResultAsync(CancellationToken token = default)
    {
        await base.ResultAsync(token).ConfigureAwait(false);
        return _result!;
    }

    /// <summary>
    /// Waits, without blocking the thread, until the call is done or the time is up, and gives its result or throws its exception.
    /// </summary>
    /// <param name="timeout">How long to wait at most; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.</param>
    /// <param name="token">Ends the wait, not the call.</param>
    /// <returns>Whether the call is done, and its result; false if the time was up.</returns>
    /// <inheritdoc cref="TryResult(out T, TimeSpan, CancellationToken)" path="/exception"/>
    public new ValueTask<(bool Success, T Result)> TryResultAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return ResultAsync(timeout, token);
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<(bool Success, T Result)> ResultAsync(TimeSpan timeout, CancellationToken token) =>
        await base.TryResultAsync(timeout, token).ConfigureAwait(false) ? (true, _result!) : (false, default!);

    /// <summary>A task with the same outcome, always the same one: a failed call faults it, a cancelled one cancels it.</summary>
    public new Task<T> AsTask()
    {
        if (Volatile.Read(ref _task) is { } task)   // pairs with the exchange below
        {
            return task;
        }

        var source = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        // One task for all; the exchange publishes it whole, to the read above
        if (Interlocked.CompareExchange(ref _task, source.Task, null) is { } other)
        {
            return other;
        }

        var completing = new CompletingTask(source);
        if (!TryAddListener(completing))
        {
            completing.OnDone(this);
        }

        return source.Task;
    }

    /// <summary>Allows the future to be awaited.</summary>
    public new TaskAwaiter<T> GetAwaiter() => AsTask().GetAwaiter();

    private protected override Task AsBaseTask() => AsTask();

    /// <summary>Writes the result of a running call, to be published by <see cref="TryFinish"/>.</summary>
    private protected void PrepareResult(T result) => _result = result;

    /// <returns>False if the future had ended already.</returns>
    private protected bool TryFinish()
    {
        if (!TryBeginEnd())
        {
            return false;
        }

        FinishEnd();
        return true;
    }

    internal void Adopt(Task<T> task)
    {
        if (task.IsCanceled)
        {
            Cancel();
            return;
        }

        if (task.IsFaulted)
        {
            TrySetException(task.Exception.InnerExceptions.Count == 1 ? task.Exception.InnerException! : task.Exception);
        }
        else if (TryBeginEnd())
        {
            _result = task.GetAwaiter().GetResult();
            FinishEnd();
        }
    }

    /// <summary>Gives a future's task its outcome.</summary>
    private sealed class CompletingTask(TaskCompletionSource<T> source) : FutureListener
    {
        public override void OnDone(Future future)
        {
            if (future.Cancelled)
            {
                source.SetCanceled();
            }
            else if (future.Failure is { } exception)
            {
                source.SetException(exception);
            }
            else
            {
                source.SetResult(((Future<T>)future)._result!);
            }
        }
    }
}
