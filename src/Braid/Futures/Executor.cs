using Braid.Threading;

namespace Braid.Futures;

/// <summary>Runs calls elsewhere and returns a future for each.</summary>
/// <remarks>
/// Disposing it shuts it down and waits: all submitted calls run first. Derive from it to write an executor; only
/// <see cref="Submit{T}(Func{T}, CancellationToken)"/> and the two shutdowns have to be implemented. Python counterpart:
/// <c>concurrent.futures.Executor</c>.
/// </remarks>
public abstract partial class Executor : IDisposable, IAsyncDisposable
{
    /// <summary>Submits a call with a result. Blocks only if the executor has a bound on pending calls, and the bound is reached.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="function">What to call.</param>
    /// <param name="token">Cancels the call while it is pending. A running call sees the token only if the function checks it.</param>
    /// <returns>The call's future.</returns>
    /// <exception cref="ArgumentNullException">There is no function.</exception>
    /// <exception cref="InvalidOperationException">The executor is shut down, or the program is ending.</exception>
    /// <exception cref="BrokenThreadPoolException">The initializer of a worker failed.</exception>
    /// <exception cref="OutOfMemoryException">The system refuses the first worker thread; the call is not submitted.</exception>
    [OverloadResolutionPriority(Awaiting.Synchronous)]
    public abstract Future<T> Submit<T>(Func<T> function, CancellationToken token = default);

    /// <summary>
    /// Submits a call without a result. Blocks only if the executor has a bound on pending calls, and the bound is reached.
    /// </summary>
    /// <inheritdoc cref="Submit{T}(Func{T}, CancellationToken)"/>
    /// <exception cref="ArgumentException">The function is <c>async void</c>: its end, and its exception, would be lost.</exception>
    [OverloadResolutionPriority(Awaiting.Synchronous)]
    public virtual Future Submit(Action function, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        AsyncVoid.RefuseQuickly(function, "Pass a function that returns a task.");
        return Submit<ValueTuple>(function.AsUnit, token);
    }

    /// <summary>
    /// Submits an asynchronous call without a result. It occupies its worker until its task ends, so the executor's limit applies to it
    /// too.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A worker has no context to which an await could return: the code after an await runs on .NET's pool, and needs a free thread there.
    /// </para>
    /// <para>
    /// A lambda that only throws, or never ends, binds to this overload, which makes no difference. One that returns a <c>dynamic</c> would
    /// bind to it too; give it a return type: <c>Submit(object () => ...)</c>.
    /// </para>
    /// </remarks>
    /// <inheritdoc cref="Submit{T}(Func{T}, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTask)]
    public Future Submit(Func<Task> function, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Submit(() => function().GetAwaiter().GetResult(), token);
    }

    /// <summary>
    /// Submits an asynchronous call with a result. It occupies its worker until its task ends, so the executor's limit applies to it too.
    /// </summary>
    /// <inheritdoc cref="Submit{T}(Func{T}, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public Future<T> Submit<T>(Func<Task<T>> function, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Submit(() => function().GetAwaiter().GetResult(), token);
    }

    /// <inheritdoc cref="Submit(Func{Task}, CancellationToken)" path="/summary"/>
    /// <inheritdoc cref="Submit{T}(Func{T}, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public Future Submit(Func<ValueTask> function, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Submit(() => function().AsTask().GetAwaiter().GetResult(), token);
    }

    /// <inheritdoc cref="Submit{T}(Func{Task{T}}, CancellationToken)" path="/summary"/>
    /// <inheritdoc cref="Submit{T}(Func{T}, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public Future<T> Submit<T>(Func<ValueTask<T>> function, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Submit(() => function().AsTask().GetAwaiter().GetResult(), token);
    }

    /// <summary>Calls the function for each item, and yields the results in the order of the items.</summary>
    /// <remarks>
    /// Without a buffer size all items are read and submitted at once, by this call. With one, items are read as results are consumed, by
    /// the consumer's thread, so that an endless source can be mapped; if the source throws, the enumeration first yields the results of
    /// the items before. If the consumer gets an exception, or stops before the end, the calls that have not begun are cancelled, and those
    /// that run in processes of their own are stopped.
    /// </remarks>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <typeparam name="TResult">The type of the results.</typeparam>
    /// <param name="function">What to call.</param>
    /// <param name="source">The items.</param>
    /// <param name="timeout">How long the whole map may take, counted from this call; null, the default, for no limit.</param>
    /// <param name="chunksize">
    /// How many items go together as one call, 1 or more: larger chunks cost less for quick functions. Null, the default, leaves it to the
    /// executor: 1 for threads.
    /// </param>
    /// <param name="buffersize">
    /// The maximum number of items whose calls are submitted and whose results are not yet consumed; 1 or more; null, the default, for all.
    /// A chunk is never larger.
    /// </param>
    /// <param name="token">Ends the wait for the next result, and cancels the calls that have not begun.</param>
    /// <returns>
    /// The results, to be enumerated once, with <c>foreach</c> (which blocks) or <c>await foreach</c>. The enumeration throws the exception
    /// of a call, and then ends; it throws a <see cref="TimeoutException"/> if the time is up.
    /// </returns>
    /// <exception cref="ArgumentNullException">There is no function, or no source.</exception>
    /// <exception cref="ArgumentException">The function returns a task without a result, which no one would wait for.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or the timeout is negative and not infinite.</exception>
    /// <exception cref="InvalidOperationException">
    /// The executor is shut down (and there is an item). With a buffer size, the enumeration throws it.
    /// </exception>
    public MapResults<TResult> Map<T, TResult>(
        Func<T, TResult> function,
        IEnumerable<T> source,
        TimeSpan? timeout = null,
        int? chunksize = null,
        int? buffersize = null,
        CancellationToken token = default)
        => Map(new SubmissionOrder<TResult>(), function, source, timeout, chunksize, buffersize, token);

    /// <summary>
    /// Calls the function for each item, and yields the results in the order in which the calls end: a slow one delays none of the others.
    /// </summary>
    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, TimeSpan?, int?, int?, CancellationToken)"/>
    public MapResults<TResult> MapUnordered<T, TResult>(
        Func<T, TResult> function,
        IEnumerable<T> source,
        TimeSpan? timeout = null,
        int? chunksize = null,
        int? buffersize = null,
        CancellationToken token = default)
        => Map(new CompletionOrder<TResult>(), function, source, timeout, chunksize, buffersize, token);

    /// <summary>Calls the function for each pair of items, up to the end of the shorter source, and yields the results in order.</summary>
    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, TimeSpan?, int?, int?, CancellationToken)"/>
    public MapResults<TResult> Map<T1, T2, TResult>(
        Func<T1, T2, TResult> function,
        IEnumerable<T1> source1,
        IEnumerable<T2> source2,
        TimeSpan? timeout = null,
        int? chunksize = null,
        int? buffersize = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(source1);
        ArgumentNullException.ThrowIfNull(source2);
        return Map(DelegateAdapters.OverTuple(function), source1.Zip(source2), timeout, chunksize, buffersize, token);
    }

    /// <summary>How many items go together as one call if the caller of Map does not specify it.</summary>
    internal virtual int ChunksizeFor<T>(IEnumerable<T> source) => 1;

    /// <summary>How often an item of a map that throws is tried again.</summary>
    internal virtual int ItemRetries => 0;

    /// <summary>Submits the calls of a map, each for several items.</summary>
    /// <param name="function">What they call for each item.</param>
    /// <param name="onEnd">Called once nothing more is submitted; null for nothing.</param>
    internal virtual ChunkSubmitter NewSubmitter(Delegate function, Action? onEnd = null) => new(this, onEnd);

    /// <summary>Accepts no more calls. Those submitted still run.</summary>
    /// <param name="wait">
    /// Whether to block until all calls have ended and all workers are gone; otherwise this happens in the background.
    /// </param>
    /// <param name="cancelFutures">Whether to cancel the calls that have not begun.</param>
    /// <exception cref="InvalidOperationException">
    /// It waits, and the caller is one of the workers for which it would wait; the executor is shut down.
    /// </exception>
    public abstract void Shutdown(bool wait = true, bool cancelFutures = false);

    /// <summary>Accepts no more calls, and waits without blocking the thread until all calls have ended and all workers are gone.</summary>
    /// <param name="cancelFutures">Whether to cancel the calls that have not begun.</param>
    /// <returns>Done when all calls have ended and all workers are gone.</returns>
    /// <exception cref="InvalidOperationException">
    /// The caller is one of the workers for which it would wait; the executor is shut down.
    /// </exception>
    public abstract ValueTask ShutdownAsync(bool cancelFutures = false);

    /// <summary>Shuts down and blocks until all submitted calls have run. Must not be called by one of the workers.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Shuts down and waits without blocking the thread until all submitted calls have run. Must not be called by one of the workers.
    /// </summary>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask DisposeAsync()
    {
        await ShutdownAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Shuts down, and waits unless the object is being finalized.</summary>
    /// <param name="disposing">False if called by a finalizer.</param>
    protected virtual void Dispose(bool disposing) => Shutdown(wait: disposing);

    /// <param name="order">The order in which the results are yielded.</param>
    /// <param name="function">What to call.</param>
    /// <param name="source">The items.</param>
    /// <param name="timeout">How long the whole map may take.</param>
    /// <param name="chunksize">How many items go together as one call.</param>
    /// <param name="buffersize">How many items are submitted and not consumed.</param>
    /// <param name="token">Ends it.</param>
    /// <param name="goesOn">Whether the enumeration continues after an item that failed.</param>
    /// <param name="onEnd">Called once everything is submitted; null for nothing.</param>
    internal MapResults<TResult> Map<T, TResult>(
        IMapOrder<TResult> order, Func<T, TResult> function, IEnumerable<T> source, TimeSpan? timeout, int? chunksize, int? buffersize,
        CancellationToken token, bool goesOn = false, Action? onEnd = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(source);
        AsyncVoid.RefuseTask<TResult>();
        var deadline = Deadline.After(timeout ?? Timeout.InfiniteTimeSpan, nameof(timeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(chunksize ?? 1, 1, nameof(chunksize));
        ArgumentOutOfRangeException.ThrowIfLessThan(buffersize ?? 1, 1, nameof(buffersize));
        int chunk = Math.Min(chunksize ?? ChunksizeFor(source), buffersize ?? int.MaxValue);
        return new MapResults<TResult>(
            SubmitAll(function, source, chunk, goesOn, onEnd, token), order, maxCalls: buffersize / chunk, goesOn, deadline, token);
    }

    private IEnumerable<Future<Chunk<TResult>>> SubmitAll<T, TResult>(
        Func<T, TResult> function, IEnumerable<T> source, int chunksize, bool goesOn, Action? onEnd, CancellationToken token)
    {
        ChunkSubmitter submitter = NewSubmitter(function, onEnd);
        try
        {
            foreach (T[] items in Chunks.Of(source, chunksize))
            {
                yield return goesOn && items.Length > 1 ? new WholeChunk<T, TResult>(submitter, function, items, ItemRetries, token)
                    : submitter.Submit(
                        Chunk<TResult>.Call(function, items, ItemRetries), items.Length, callsAll: false, isRest: false, token);
            }
        }
        finally
        {
            submitter.Release();
        }
    }
}
