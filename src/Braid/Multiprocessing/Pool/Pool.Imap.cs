using Braid.Futures;

namespace Braid.Multiprocessing;

public partial class Pool
{
    private const int ChunksAhead = 16;

    /// <summary>How many chunks of a lazy map are submitted and not consumed when the caller does not say.</summary>
    private int Window { get; }

    /// <summary>Calls a function for each item, and gives the results in the order of the items, as they come.</summary>
    /// <remarks>
    /// The source is read as results are consumed, by the consumer's thread, and never further ahead than <paramref name="buffersize"/>; it may be endless.
    /// When the source throws, the results of the items before come first. The enumeration ends with the first exception. That, and
    /// leaving it early, cancels the calls that have not ended; a process that runs one is killed.
    /// </remarks>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <typeparam name="TResult">The type of the results.</typeparam>
    /// <param name="function">What to call.</param>
    /// <param name="source">The items.</param>
    /// <param name="chunksize">How many items travel together as one call; 1, the default, or more.</param>
    /// <param name="timeout">How long the whole may take, counted from this call; null, the default, for ever.</param>
    /// <param name="buffersize">How many items at most are submitted and their results not yet consumed; null, the default, for sixteen chunks for each process. A chunk is never larger.</param>
    /// <param name="token">Ends the wait for the next result, and cancels the calls.</param>
    /// <returns>The results, to be enumerated once, with <c>foreach</c> (which blocks) or <c>await foreach</c>. The enumeration throws what a call threw; a <see cref="TimeoutException"/> when the time is up.</returns>
    /// <exception cref="ArgumentNullException">There is no function, or no source.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or the timeout is negative and not infinite.</exception>
    /// <exception cref="InvalidOperationException">The pool is closed. Also thrown by the enumeration, when it is closed before all items are submitted.</exception>
    public MapResults<TResult> Imap<T, TResult>(
        Func<T, TResult> function, IEnumerable<T> source, int chunksize = 1, TimeSpan? timeout = null, int? buffersize = null, CancellationToken token = default)
    {
        ThrowIfClosed();
        return _executor.Map(function, source, timeout, chunksize, buffersize ?? WindowOf(chunksize), token);
    }

    /// <summary>Calls a function for each item, and gives the results in the order in which the calls end.</summary>
    /// <inheritdoc cref="Imap{T, TResult}(Func{T, TResult}, IEnumerable{T}, int, TimeSpan?, int?, CancellationToken)"/>
    public MapResults<TResult> ImapUnordered<T, TResult>(
        Func<T, TResult> function, IEnumerable<T> source, int chunksize = 1, TimeSpan? timeout = null, int? buffersize = null, CancellationToken token = default)
    {
        ThrowIfClosed();
        return _executor.MapUnordered(function, source, timeout, chunksize, buffersize ?? WindowOf(chunksize), token);
    }

    private int WindowOf(int chunksize) => (int)Math.Clamp((long)Window * chunksize, 1, int.MaxValue);
}
