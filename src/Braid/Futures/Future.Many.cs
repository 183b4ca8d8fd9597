namespace Braid.Futures;

public abstract partial class Future
{
    /// <summary>A task with the same outcome, always the same one: a failed call faults it, a cancelled one cancels it.</summary>
    public Task AsTask() => AsBaseTask();

    /// <summary>Allows the future to be awaited.</summary>
    /// <returns>The awaiter of <see cref="AsTask"/>.</returns>
    public TaskAwaiter GetAwaiter() => AsBaseTask().GetAwaiter();

    /// <summary>
    /// Blocks until some of the futures are done, or the time is up. It cancels nothing and does not throw the exceptions of the calls.
    /// </summary>
    /// <typeparam name="TFuture">The type of the futures.</typeparam>
    /// <param name="futures">Futures, from any executors; a future given twice counts once.</param>
    /// <param name="timeout">How long to wait at most; null, the default, for no limit; zero only checks.</param>
    /// <param name="returnWhen">Which futures to wait for.</param>
    /// <param name="token">Ends the wait, not the calls.</param>
    /// <returns>Those that are done (a cancelled one is), and the others.</returns>
    /// <exception cref="ArgumentNullException">There is no sequence, or a future is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The timeout is negative and not infinite, or <paramref name="returnWhen"/> has no known value.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    public static (IReadOnlySet<TFuture> Done, IReadOnlySet<TFuture> NotDone) Wait<TFuture>(
        IEnumerable<TFuture> futures, TimeSpan? timeout = null, ReturnWhen returnWhen = ReturnWhen.AllCompleted,
        CancellationToken token = default)
        where TFuture : Future
    {
        Deadline.Check(timeout ?? Timeout.InfiniteTimeSpan, nameof(timeout));
        using var watch = new FutureWatch<TFuture>(futures, returnWhen);
        watch.IsReached.TryWait(timeout ?? Timeout.InfiniteTimeSpan, token);
        return watch.Split();
    }

    /// <summary>Waits, without blocking the thread, until some of the futures are done, or the time is up.</summary>
    /// <inheritdoc cref="Wait{TFuture}(IEnumerable{TFuture}, TimeSpan?, ReturnWhen, CancellationToken)"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public static async ValueTask<(IReadOnlySet<TFuture> Done, IReadOnlySet<TFuture> NotDone)> WaitAsync<TFuture>(
        IEnumerable<TFuture> futures, TimeSpan? timeout = null, ReturnWhen returnWhen = ReturnWhen.AllCompleted,
        CancellationToken token = default)
        where TFuture : Future
    {
        Deadline.Check(timeout ?? Timeout.InfiniteTimeSpan, nameof(timeout));
        using var watch = new FutureWatch<TFuture>(futures, returnWhen);
        await watch.IsReached.TryWaitAsync(timeout ?? Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);
        return watch.Split();
    }

    /// <summary>Yields the futures one by one as they complete, starting with those that are done already; each once.</summary>
    /// <typeparam name="TFuture">The type of the futures.</typeparam>
    /// <param name="futures">Futures, from any executors; a future given twice is yielded once.</param>
    /// <param name="timeout">How long the whole enumeration may take, counted from this call; null, the default, for no limit.</param>
    /// <param name="token">Ends the wait, not the calls.</param>
    /// <returns>
    /// The futures; waiting for the next blocks the thread. Each is released as it is yielded; enumerating again yields the rest.
    /// </returns>
    /// <exception cref="ArgumentNullException">There is no sequence, or a future is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="TimeoutException">The time is up; thrown by the enumeration.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; thrown by the enumeration.</exception>
    public static IEnumerable<TFuture> AsCompleted<TFuture>(
        IEnumerable<TFuture> futures, TimeSpan? timeout = null, CancellationToken token = default)
        where TFuture : Future
    {
        var deadline = Deadline.After(timeout ?? Timeout.InfiniteTimeSpan, nameof(timeout));
        return Stream(FutureSet.Of(futures), deadline, token);

        static IEnumerable<TFuture> Stream(HashSet<TFuture> futures, Deadline deadline, CancellationToken token)
        {
            using var stream = new CompletionStream<TFuture>(futures);
            while (stream.Left > 0)
            {
                yield return stream.Next(deadline, token) ?? throw stream.TimedOut();
            }
        }
    }

    /// <summary>
    /// Yields the futures one by one as they complete, starting with those that are done already; each once. Waiting for the next does not
    /// block the thread.
    /// </summary>
    /// <inheritdoc cref="AsCompleted{TFuture}(IEnumerable{TFuture}, TimeSpan?, CancellationToken)"/>
    public static IAsyncEnumerable<TFuture> AsCompletedAsync<TFuture>(
        IEnumerable<TFuture> futures, TimeSpan? timeout = null, CancellationToken token = default)
        where TFuture : Future
    {
        var deadline = Deadline.After(timeout ?? Timeout.InfiniteTimeSpan, nameof(timeout));
        return Stream(FutureSet.Of(futures), deadline, token);

        static async IAsyncEnumerable<TFuture> Stream(
            HashSet<TFuture> futures, Deadline deadline, CancellationToken token,
            [EnumeratorCancellation] CancellationToken enumeratorToken = default)
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(token, enumeratorToken);
            using var stream = new CompletionStream<TFuture>(futures);
            while (stream.Left > 0)
            {
                yield return await stream.NextAsync(deadline, both.Token) ?? throw stream.TimedOut();
            }
        }
    }

    /// <summary>
    /// Creates a future from a task: it is done when the task is, with the same outcome. Cancelling it does not cancel the task.
    /// </summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">The task.</param>
    /// <exception cref="ArgumentNullException">There is no task.</exception>
    public static Future<T> FromTask<T>(Task<T> task)
    {
        ArgumentNullException.ThrowIfNull(task);
        var future = new Future<T>();
        task.ContinueWith(
            static (done, state) => ((Future<T>)state!).Adopt(done),
            future,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return future;
    }

    private protected abstract Task AsBaseTask();
}
