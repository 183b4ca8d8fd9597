using Braid.Futures;

namespace Braid.Multiprocessing;

public partial class Pool
{
    private const int ChunksAhead = 16;

    /// <summary>The default number of chunks of a lazy map that are submitted and not yet consumed.</summary>
    private int Window { get; }

    /// <summary>Calls a function for each item, and yields the results in the order of the items, as they arrive.</summary>
    /// <remarks>
    /// The source is read as results are consumed, by the consumer's thread, and never further ahead than <paramref name="buffersize"/>; it
    /// may be endless. If the source throws, the results of the items before come first. An item that fails throws in its place and ends
    /// nothing: asking for the next result then gives that of the next item, as with Python's <c>next</c>. (The exception leaves a
    /// <c>foreach</c>, so it ends there.) Leaving the enumeration early cancels the calls that have not ended; a process that runs one is
    /// killed. The results can be read after <see cref="Close"/>; <see cref="Join"/> reads the rest of the source to its end, and the
    /// results can be read after that, too.
    /// </remarks>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <typeparam name="TResult">The type of the results.</typeparam>
    /// <param name="function">What to call.</param>
    /// <param name="source">The items.</param>
    /// <param name="chunksize">How many items travel together as one call; 1, the default, or more.</param>
    /// <param name="timeout">How long the whole map may take, counted from this call; null, the default, for no limit.</param>
    /// <param name="buffersize">
    /// The maximum number of items whose calls are submitted and whose results are not yet consumed; null, the default, for sixteen chunks
    /// for each process. A chunk is never larger.
    /// </param>
    /// <param name="token">Ends the wait for the next result, and cancels the calls.</param>
    /// <returns>
    /// The results, to be enumerated once, with <c>foreach</c> (which blocks) or <c>await foreach</c>. The enumeration throws the exception
    /// of a call, or a <see cref="TimeoutException"/> if the time is up.
    /// </returns>
    /// <exception cref="ArgumentNullException">There is no function, or no source.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or the timeout is negative and not infinite.</exception>
    /// <exception cref="InvalidOperationException">
    /// The pool is closed. Also thrown by the enumeration, if the pool is terminated or disposed before all items are submitted.
    /// </exception>
    public MapResults<TResult> Imap<T, TResult>(
        Func<T, TResult> function, IEnumerable<T> source, int chunksize = 1, TimeSpan? timeout = null, int? buffersize = null,
        CancellationToken token = default) =>
        MapLazily(new SubmissionOrder<TResult>(), function, source, chunksize, timeout, buffersize, token);

    /// <summary>Calls a function for each item, and yields the results in the order in which the calls end.</summary>
    /// <inheritdoc cref="Imap{T, TResult}(Func{T, TResult}, IEnumerable{T}, int, TimeSpan?, int?, CancellationToken)"/>
    public MapResults<TResult> ImapUnordered<T, TResult>(
        Func<T, TResult> function, IEnumerable<T> source, int chunksize = 1, TimeSpan? timeout = null, int? buffersize = null,
        CancellationToken token = default) =>
        MapLazily(new CompletionOrder<TResult>(), function, source, chunksize, timeout, buffersize, token);

    private MapResults<TResult> MapLazily<T, TResult>(
        IMapOrder<TResult> order, Func<T, TResult> function, IEnumerable<T> source, int chunksize, TimeSpan? timeout, int? buffersize,
        CancellationToken token)
    {
        PoolAdmission.OpenMap open = _admission.Open();
        try
        {
            MapResults<TResult> results = _executor.Map(
                order, function, source, timeout, chunksize, buffersize ?? WindowOf(chunksize), token, goesOn: true, onEnd: open.End);
            open.FeedBy(results.TrySubmitOne);
            return results;
        }
        catch
        {
            open.End();
            throw;
        }
    }

    private int WindowOf(int chunksize) => (int)Math.Clamp((long)Window * chunksize, 1, int.MaxValue);
}
