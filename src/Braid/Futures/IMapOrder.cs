namespace Braid.Futures;

/// <summary>
/// The calls of a map whose results were not yielded yet, and which of them is next. Calls are added by one thread at a time, and taken by
/// the enumerating thread. Disposing it, once none are added any more, cancels the rest.
/// </summary>
internal interface IMapOrder<TResult> : IDisposable
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    void Add(Future<Chunk<TResult>> call);

    /// <summary>Blocks until the next one is done.</summary>
    /// <returns>The call, which is removed; null if the time is up.</returns>
    Future<Chunk<TResult>>? Next(Deadline deadline, CancellationToken token);

    /// <inheritdoc cref="Next"/>
    ValueTask<Future<Chunk<TResult>>?> NextAsync(Deadline deadline, CancellationToken token);
}
