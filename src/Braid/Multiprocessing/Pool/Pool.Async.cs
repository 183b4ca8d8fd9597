using System.Runtime.InteropServices;
using Braid.Futures;
using Braid.Threading;

namespace Braid.Multiprocessing;

/// <remarks>Asynchronous functions: a call occupies its worker until its task ends, so the pool's limits apply to them too.</remarks>
public partial class Pool
{
    /// <summary>Creates a pool whose processes run an asynchronous function to its end before their first call.</summary>
    /// <inheritdoc cref="Pool(int?, Action?, int?)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTask)]
    public Pool([Optional] int? processes, Func<Task>? initializer, int? maxtasksperchild = null)
        : this(processes, Awaiting.Of(initializer), maxtasksperchild)
    {
    }

    /// <summary>Creates a pool whose processes run an asynchronous function to its end before their first call.</summary>
    /// <inheritdoc cref="Pool(int?, Action?, int?)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public Pool([Optional] int? processes, Func<ValueTask>? initializer, int? maxtasksperchild = null)
        : this(processes, Awaiting.Of(initializer), maxtasksperchild)
    {
    }

    /// <summary>Calls an asynchronous function in a process, and blocks until its task has ended.</summary>
    /// <inheritdoc cref="Apply{T}(Func{T}, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public T Apply<T>(Func<Task<T>> function, CancellationToken token = default) => Apply(Awaiting.ResultOf(function), token);

    /// <summary>Calls an asynchronous function with an argument in a process, and blocks until its task has ended.</summary>
    /// <inheritdoc cref="Apply{T, TResult}(Func{T, TResult}, T, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public TResult Apply<T, TResult>(Func<T, Task<TResult>> function, T argument, CancellationToken token = default) =>
        Apply(Awaiting.ResultOf(function), argument, token);

    /// <summary>
    /// Calls an asynchronous function in a process without waiting for it. Blocks only at <see cref="ProcessPoolOptions.MaxPending"/>.
    /// </summary>
    /// <inheritdoc cref="ApplyAsync{T}(Func{T}, Action{T}?, Action{Exception}?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public AsyncResult<T> ApplyAsync<T>(
        Func<Task<T>> function, Action<T>? callback = null, Action<Exception>? errorCallback = null, CancellationToken token = default) =>
        ApplyAsync(Awaiting.ResultOf(function), callback, errorCallback, token);

    /// <summary>
    /// Calls an asynchronous function with an argument in a process without waiting for it. Blocks only at
    /// <see cref="ProcessPoolOptions.MaxPending"/>.
    /// </summary>
    /// <inheritdoc cref="ApplyAsync{T, TResult}(Func{T, TResult}, T, Action{TResult}?, Action{Exception}?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public AsyncResult<TResult> ApplyAsync<T, TResult>(
        Func<T, Task<TResult>> function,
        T argument,
        Action<TResult>? callback = null,
        Action<Exception>? errorCallback = null,
        CancellationToken token = default) =>
        ApplyAsync(Awaiting.ResultOf(function), argument, callback, errorCallback, token);

    /// <summary>Calls an asynchronous function for each item, and blocks until all calls have ended.</summary>
    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, int?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public TResult[] Map<T, TResult>(
        Func<T, Task<TResult>> function, IEnumerable<T> source, int? chunksize = null, CancellationToken token = default) =>
        Map(Awaiting.ResultOf(function), source, chunksize, token);

    /// <summary>
    /// Calls an asynchronous function for each item without waiting for the results. Reads the source to its end; blocks only at
    /// <see cref="ProcessPoolOptions.MaxPending"/>.
    /// </summary>
    /// <inheritdoc cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, int?, Action{TResult[]}?, Action{Exception}?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public AsyncResult<TResult[]> MapAsync<T, TResult>(
        Func<T, Task<TResult>> function,
        IEnumerable<T> source,
        int? chunksize = null,
        Action<TResult[]>? callback = null,
        Action<Exception>? errorCallback = null,
        CancellationToken token = default) =>
        MapAsync(Awaiting.ResultOf(function), source, chunksize, callback, errorCallback, token);

    /// <summary>Calls an asynchronous function for each item, and yields the results in the order of the items, as they arrive.</summary>
    /// <inheritdoc cref="Imap{T, TResult}(Func{T, TResult}, IEnumerable{T}, int, TimeSpan?, int?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public MapResults<TResult> Imap<T, TResult>(
        Func<T, Task<TResult>> function, IEnumerable<T> source, int chunksize = 1, TimeSpan? timeout = null, int? buffersize = null,
        CancellationToken token = default) =>
        Imap(Awaiting.ResultOf(function), source, chunksize, timeout, buffersize, token);

    /// <summary>Calls an asynchronous function for each item, and yields the results in the order in which the calls end.</summary>
    /// <inheritdoc cref="Imap{T, TResult}(Func{T, TResult}, IEnumerable{T}, int, TimeSpan?, int?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public MapResults<TResult> ImapUnordered<T, TResult>(
        Func<T, Task<TResult>> function, IEnumerable<T> source, int chunksize = 1, TimeSpan? timeout = null, int? buffersize = null,
        CancellationToken token = default) =>
        ImapUnordered(Awaiting.ResultOf(function), source, chunksize, timeout, buffersize, token);

    /// <summary>Calls an asynchronous function of two arguments for each pair, and blocks until all calls have ended.</summary>
    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, int?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public TResult[] Starmap<T1, T2, TResult>(
        Func<T1, T2, Task<TResult>> function, IEnumerable<(T1, T2)> source, int? chunksize = null, CancellationToken token = default) =>
        Starmap(Awaiting.ResultOf(function), source, chunksize, token);

    /// <summary>
    /// Calls an asynchronous function of two arguments for each pair without waiting for the results. Reads the source to its end; blocks
    /// only at <see cref="ProcessPoolOptions.MaxPending"/>.
    /// </summary>
    /// <inheritdoc cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, int?, Action{TResult[]}?, Action{Exception}?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public AsyncResult<TResult[]> StarmapAsync<T1, T2, TResult>(
        Func<T1, T2, Task<TResult>> function,
        IEnumerable<(T1, T2)> source,
        int? chunksize = null,
        Action<TResult[]>? callback = null,
        Action<Exception>? errorCallback = null,
        CancellationToken token = default) =>
        StarmapAsync(Awaiting.ResultOf(function), source, chunksize, callback, errorCallback, token);

    /// <summary>Calls an asynchronous function of three arguments for each triple, and blocks until all calls have ended.</summary>
    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, int?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public TResult[] Starmap<T1, T2, T3, TResult>(
        Func<T1, T2, T3, Task<TResult>> function,
        IEnumerable<(T1, T2, T3)> source,
        int? chunksize = null,
        CancellationToken token = default) =>
        Starmap(Awaiting.ResultOf(function), source, chunksize, token);

    /// <summary>
    /// Calls an asynchronous function of three arguments for each triple without waiting for the results. Reads the source to its end;
    /// blocks only at <see cref="ProcessPoolOptions.MaxPending"/>.
    /// </summary>
    /// <inheritdoc cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, int?, Action{TResult[]}?, Action{Exception}?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsTaskOfResult)]
    public AsyncResult<TResult[]> StarmapAsync<T1, T2, T3, TResult>(
        Func<T1, T2, T3, Task<TResult>> function,
        IEnumerable<(T1, T2, T3)> source,
        int? chunksize = null,
        Action<TResult[]>? callback = null,
        Action<Exception>? errorCallback = null,
        CancellationToken token = default) =>
        StarmapAsync(Awaiting.ResultOf(function), source, chunksize, callback, errorCallback, token);

    /// <summary>Calls an asynchronous function in a process, and blocks until its task has ended.</summary>
    /// <inheritdoc cref="Apply{T}(Func{T}, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public T Apply<T>(Func<ValueTask<T>> function, CancellationToken token = default) => Apply(Awaiting.ResultOf(function), token);

    /// <summary>Calls an asynchronous function with an argument in a process, and blocks until its task has ended.</summary>
    /// <inheritdoc cref="Apply{T, TResult}(Func{T, TResult}, T, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public TResult Apply<T, TResult>(Func<T, ValueTask<TResult>> function, T argument, CancellationToken token = default) =>
        Apply(Awaiting.ResultOf(function), argument, token);

    /// <summary>
    /// Calls an asynchronous function in a process without waiting for it. Blocks only at <see cref="ProcessPoolOptions.MaxPending"/>.
    /// </summary>
    /// <inheritdoc cref="ApplyAsync{T}(Func{T}, Action{T}?, Action{Exception}?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public AsyncResult<T> ApplyAsync<T>(
        Func<ValueTask<T>> function,
        Action<T>? callback = null,
        Action<Exception>? errorCallback = null,
        CancellationToken token = default) =>
        ApplyAsync(Awaiting.ResultOf(function), callback, errorCallback, token);

    /// <summary>
    /// Calls an asynchronous function with an argument in a process without waiting for it. Blocks only at
    /// <see cref="ProcessPoolOptions.MaxPending"/>.
    /// </summary>
    /// <inheritdoc cref="ApplyAsync{T, TResult}(Func{T, TResult}, T, Action{TResult}?, Action{Exception}?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public AsyncResult<TResult> ApplyAsync<T, TResult>(
        Func<T, ValueTask<TResult>> function,
        T argument,
        Action<TResult>? callback = null,
        Action<Exception>? errorCallback = null,
        CancellationToken token = default) =>
        ApplyAsync(Awaiting.ResultOf(function), argument, callback, errorCallback, token);

    /// <summary>Calls an asynchronous function for each item, and blocks until all calls have ended.</summary>
    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, int?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public TResult[] Map<T, TResult>(
        Func<T, ValueTask<TResult>> function, IEnumerable<T> source, int? chunksize = null, CancellationToken token = default) =>
        Map(Awaiting.ResultOf(function), source, chunksize, token);

    /// <summary>
    /// Calls an asynchronous function for each item without waiting for the results. Reads the source to its end; blocks only at
    /// <see cref="ProcessPoolOptions.MaxPending"/>.
    /// </summary>
    /// <inheritdoc cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, int?, Action{TResult[]}?, Action{Exception}?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public AsyncResult<TResult[]> MapAsync<T, TResult>(
        Func<T, ValueTask<TResult>> function,
        IEnumerable<T> source,
        int? chunksize = null,
        Action<TResult[]>? callback = null,
        Action<Exception>? errorCallback = null,
        CancellationToken token = default) =>
        MapAsync(Awaiting.ResultOf(function), source, chunksize, callback, errorCallback, token);

    /// <summary>Calls an asynchronous function for each item, and yields the results in the order of the items, as they arrive.</summary>
    /// <inheritdoc cref="Imap{T, TResult}(Func{T, TResult}, IEnumerable{T}, int, TimeSpan?, int?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public MapResults<TResult> Imap<T, TResult>(
        Func<T, ValueTask<TResult>> function, IEnumerable<T> source, int chunksize = 1, TimeSpan? timeout = null, int? buffersize = null,
        CancellationToken token = default) =>
        Imap(Awaiting.ResultOf(function), source, chunksize, timeout, buffersize, token);

    /// <summary>Calls an asynchronous function for each item, and yields the results in the order in which the calls end.</summary>
    /// <inheritdoc cref="Imap{T, TResult}(Func{T, TResult}, IEnumerable{T}, int, TimeSpan?, int?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public MapResults<TResult> ImapUnordered<T, TResult>(
        Func<T, ValueTask<TResult>> function, IEnumerable<T> source, int chunksize = 1, TimeSpan? timeout = null, int? buffersize = null,
        CancellationToken token = default) =>
        ImapUnordered(Awaiting.ResultOf(function), source, chunksize, timeout, buffersize, token);

    /// <summary>Calls an asynchronous function of two arguments for each pair, and blocks until all calls have ended.</summary>
    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, int?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public TResult[] Starmap<T1, T2, TResult>(
        Func<T1, T2, ValueTask<TResult>> function,
        IEnumerable<(T1, T2)> source,
        int? chunksize = null,
        CancellationToken token = default) =>
        Starmap(Awaiting.ResultOf(function), source, chunksize, token);

    /// <summary>
    /// Calls an asynchronous function of two arguments for each pair without waiting for the results. Reads the source to its end; blocks
    /// only at <see cref="ProcessPoolOptions.MaxPending"/>.
    /// </summary>
    /// <inheritdoc cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, int?, Action{TResult[]}?, Action{Exception}?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public AsyncResult<TResult[]> StarmapAsync<T1, T2, TResult>(
        Func<T1, T2, ValueTask<TResult>> function,
        IEnumerable<(T1, T2)> source,
        int? chunksize = null,
        Action<TResult[]>? callback = null,
        Action<Exception>? errorCallback = null,
        CancellationToken token = default) =>
        StarmapAsync(Awaiting.ResultOf(function), source, chunksize, callback, errorCallback, token);

    /// <summary>Calls an asynchronous function of three arguments for each triple, and blocks until all calls have ended.</summary>
    /// <inheritdoc cref="Map{T, TResult}(Func{T, TResult}, IEnumerable{T}, int?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public TResult[] Starmap<T1, T2, T3, TResult>(
        Func<T1, T2, T3, ValueTask<TResult>> function,
        IEnumerable<(T1, T2, T3)> source,
        int? chunksize = null,
        CancellationToken token = default) =>
        Starmap(Awaiting.ResultOf(function), source, chunksize, token);

    /// <summary>
    /// Calls an asynchronous function of three arguments for each triple without waiting for the results. Reads the source to its end;
    /// blocks only at <see cref="ProcessPoolOptions.MaxPending"/>.
    /// </summary>
    /// <inheritdoc cref="MapAsync{T, TResult}(Func{T, TResult}, IEnumerable{T}, int?, Action{TResult[]}?, Action{Exception}?, CancellationToken)"/>
    [OverloadResolutionPriority(Awaiting.ReturnsValueTask)]
    public AsyncResult<TResult[]> StarmapAsync<T1, T2, T3, TResult>(
        Func<T1, T2, T3, ValueTask<TResult>> function,
        IEnumerable<(T1, T2, T3)> source,
        int? chunksize = null,
        Action<TResult[]>? callback = null,
        Action<Exception>? errorCallback = null,
        CancellationToken token = default) =>
        StarmapAsync(Awaiting.ResultOf(function), source, chunksize, callback, errorCallback, token);
}
