using Braid.Futures;

namespace Braid.Multiprocessing;

public partial class Pool
{
    /// <summary>Calls a function for each item, and blocks until all calls have ended.</summary>
    /// <remarks>
    /// The source is read to its end first. All items are called even if some fail; then the exception of the first of these, in the order
    /// of the items, is thrown.
    /// </remarks>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <typeparam name="TResult">The type of the results.</typeparam>
    /// <param name="function">What to call.</param>
    /// <param name="source">The items.</param>
    /// <param name="chunksize">
    /// How many items travel together as one call, 1 or more. Null, the default: each process gets four chunks; but one item, if processes
    /// are replaced after some calls.
    /// </param>
    /// <param name="token">Cancels the calls, also while they run.</param>
    /// <returns>The results, in the order of the items.</returns>
    /// <exception cref="ArgumentNullException">There is no function, or no source.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="chunksize"/> is less than 1.</exception>
    /// <exception cref="InvalidOperationException">The pool is closed.</exception>
    /// <exception cref="PayloadException">
    /// The function, an item or a result cannot travel; the message names it. The other chunks still run.
    /// </exception>
    /// <exception cref="ProcessException">
    /// An item was lost because its process died, or a limit was exceeded; the others still run.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the pool terminated.</exception>
    public TResult[] Map<T, TResult>(
        Func<T, TResult> function, IEnumerable<T> source, int? chunksize = null, CancellationToken token = default) =>
        MapAsync(function, source, chunksize, token: token).Get(token);

    /// <summary>
    /// Calls a function for each item without waiting for the results. Reads the source to its end; blocks only at
    /// <see cref="ProcessPoolOptions.MaxPending"/>.
    /// </summary>
    /// <remarks>
    /// All items are called even if some fail; then the outcome is the exception of the first of these, in the order of the items. An item
    /// that cannot travel fails in the same way.
    /// </remarks>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <typeparam name="TResult">The type of the results.</typeparam>
    /// <param name="function">What to call.</param>
    /// <param name="source">The items.</param>
    /// <param name="chunksize">
    /// How many items travel together as one call, 1 or more. Null, the default: each process gets four chunks; but one item, if processes
    /// are replaced after some calls.
    /// </param>
    /// <param name="callback">
    /// Gets the results, before the outcome is ready; must not wait for the outcome. Null, the default, for none.
    /// </param>
    /// <param name="errorCallback">Gets the exception if a call fails or is cancelled. Null, the default, for none.</param>
    /// <param name="token">Cancels the calls, also while they run.</param>
    /// <returns>The future results, in the order of the items; can be awaited.</returns>
    /// <exception cref="ArgumentNullException">There is no function, or no source.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="chunksize"/> is less than 1.</exception>
    /// <exception cref="InvalidOperationException">The pool is closed.</exception>
    public AsyncResult<TResult[]> MapAsync<T, TResult>(
        Func<T, TResult> function,
        IEnumerable<T> source,
        int? chunksize = null,
        Action<TResult[]>? callback = null,
        Action<Exception>? errorCallback = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(chunksize ?? 1, 1, nameof(chunksize));
        Threading.AsyncVoid.RefuseTask<TResult>();
        CheckCallbacks(callback, errorCallback);
        ThrowIfClosed();
        T[] all = [.. source];
        int size = chunksize ?? _executor.ChunksizeFor(all);
        ChunkSubmitter submitter = _executor.NewSubmitter(function);
        Future<Chunk<TResult>>[] calls = [.. all.Chunk(size)
            .Select(items => SubmitOrFail(submitter, Chunk<TResult>.CallAll(function, items, _executor.ItemRetries), items.Length, token))];
        submitter.Release();
        return Watch(MapResult<TResult>.Of(calls), callback, errorCallback);
    }

    /// <summary>Calls a function of two arguments for each pair, and blocks until all calls have ended.</summary>
    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, int?, CancellationToken)"/>
    public TResult[] Starmap<T1, T2, TResult>(
        Func<T1, T2, TResult> function, IEnumerable<(T1, T2)> source, int? chunksize = null, CancellationToken token = default) =>
        StarmapAsync(function, source, chunksize, token: token).Get(token);

    /// <summary>Calls a function of three arguments for each triple, and blocks until all calls have ended.</summary>
    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, int?, CancellationToken)"/>
    public TResult[] Starmap<T1, T2, T3, TResult>(
        Func<T1, T2, T3, TResult> function, IEnumerable<(T1, T2, T3)> source, int? chunksize = null, CancellationToken token = default) =>
        StarmapAsync(function, source, chunksize, token: token).Get(token);

    /// <summary>
    /// Calls a function of two arguments for each pair without waiting for the results. Reads the source to its end; blocks only at
    /// <see cref="ProcessPoolOptions.MaxPending"/>.
    /// </summary>
    /// <inheritdoc cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, int?, Action{TResult[]}?, Action{Exception}?, CancellationToken)"/>
    public AsyncResult<TResult[]> StarmapAsync<T1, T2, TResult>(
        Func<T1, T2, TResult> function,
        IEnumerable<(T1, T2)> source,
        int? chunksize = null,
        Action<TResult[]>? callback = null,
        Action<Exception>? errorCallback = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return MapAsync(DelegateAdapters.OverTuple(function), source, chunksize, callback, errorCallback, token);
    }

    /// <summary>
    /// Calls a function of three arguments for each triple without waiting for the results. Reads the source to its end; blocks only at
    /// <see cref="ProcessPoolOptions.MaxPending"/>.
    /// </summary>
    /// <inheritdoc cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, int?, Action{TResult[]}?, Action{Exception}?, CancellationToken)"/>
    public AsyncResult<TResult[]> StarmapAsync<T1, T2, T3, TResult>(
        Func<T1, T2, T3, TResult> function,
        IEnumerable<(T1, T2, T3)> source,
        int? chunksize = null,
        Action<TResult[]>? callback = null,
        Action<Exception>? errorCallback = null,
        CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return MapAsync(DelegateAdapters.OverTuple(function), source, chunksize, callback, errorCallback, token);
    }

    /// <summary>Submits a chunk; if it cannot be submitted, only this chunk fails.</summary>
    private static Future<Chunk<TResult>> SubmitOrFail<TResult>(
        ChunkSubmitter submitter, Func<Chunk<TResult>> call, int count, CancellationToken token)
    {
        try
        {
            return submitter.Submit(call, count, callsAll: true, isRest: false, token);
        }
        catch (Exception exception)
        {
            var failed = new Future<Chunk<TResult>>();
            failed.SetException(exception);
            return failed;
        }
    }
}
