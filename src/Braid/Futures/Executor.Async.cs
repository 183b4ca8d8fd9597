using Braid.Threading;

namespace Braid.Futures;

/// <remarks>
/// Maps of asynchronous functions: a call occupies its worker until its task ends, so the executor's limits apply to them too.
/// </remarks>
public abstract partial class Executor
{
    /// <summary>Calls an asynchronous function for each item, and yields the results in the order of the items.</summary>
    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, TimeSpan?, int?, int?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public MapResults<TResult> Map<T, TResult>(
        Func<T, Task<TResult>> function,
        IEnumerable<T> source,
        TimeSpan? timeout = null,
        int? chunksize = null,
        int? buffersize = null,
        CancellationToken token = default)
        => Map(new SubmissionOrder<TResult>(), Awaiting.ResultOf(function), source, timeout, chunksize, buffersize, token);

    /// <summary>Calls an asynchronous function for each item, and yields the results in the order in which the calls end.</summary>
    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, TimeSpan?, int?, int?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public MapResults<TResult> MapUnordered<T, TResult>(
        Func<T, Task<TResult>> function,
        IEnumerable<T> source,
        TimeSpan? timeout = null,
        int? chunksize = null,
        int? buffersize = null,
        CancellationToken token = default)
        => Map(new CompletionOrder<TResult>(), Awaiting.ResultOf(function), source, timeout, chunksize, buffersize, token);

    /// <summary>
    /// Calls an asynchronous function for each pair of items, up to the end of the shorter source, and yields the results in order.
    /// </summary>
    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, TimeSpan?, int?, int?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public MapResults<TResult> Map<T1, T2, TResult>(
        Func<T1, T2, Task<TResult>> function,
        IEnumerable<T1> source1,
        IEnumerable<T2> source2,
        TimeSpan? timeout = null,
        int? chunksize = null,
        int? buffersize = null,
        CancellationToken token = default)
        => Map(Awaiting.ResultOf(function), source1, source2, timeout, chunksize, buffersize, token);

    /// <summary>Calls an asynchronous function for each item, and yields the results in the order of the items.</summary>
    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, TimeSpan?, int?, int?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public MapResults<TResult> Map<T, TResult>(
        Func<T, ValueTask<TResult>> function,
        IEnumerable<T> source,
        TimeSpan? timeout = null,
        int? chunksize = null,
        int? buffersize = null,
        CancellationToken token = default)
        => Map(new SubmissionOrder<TResult>(), Awaiting.ResultOf(function), source, timeout, chunksize, buffersize, token);

    /// <summary>Calls an asynchronous function for each item, and yields the results in the order in which the calls end.</summary>
    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, TimeSpan?, int?, int?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public MapResults<TResult> MapUnordered<T, TResult>(
        Func<T, ValueTask<TResult>> function,
        IEnumerable<T> source,
        TimeSpan? timeout = null,
        int? chunksize = null,
        int? buffersize = null,
        CancellationToken token = default)
        => Map(new CompletionOrder<TResult>(), Awaiting.ResultOf(function), source, timeout, chunksize, buffersize, token);

    /// <summary>
    /// Calls an asynchronous function for each pair of items, up to the end of the shorter source, and yields the results in order.
    /// </summary>
    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, TimeSpan?, int?, int?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public MapResults<TResult> Map<T1, T2, TResult>(
        Func<T1, T2, ValueTask<TResult>> function,
        IEnumerable<T1> source1,
        IEnumerable<T2> source2,
        TimeSpan? timeout = null,
        int? chunksize = null,
        int? buffersize = null,
        CancellationToken token = default)
        => Map(Awaiting.ResultOf(function), source1, source2, timeout, chunksize, buffersize, token);
}
