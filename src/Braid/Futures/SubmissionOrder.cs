namespace Braid.Futures;

/// <summary>The calls of a map in the order of their items.</summary>
internal sealed class SubmissionOrder<TResult> : IMapOrder<TResult>
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<Future<Chunk<TResult>>> _calls = new();

    public int Count => _calls.Count;

    public void Add(Future<Chunk<TResult>> call) => _calls.Enqueue(call);

    public Future<Chunk<TResult>>? Next(Deadline deadline, CancellationToken token) =>
        First().WaitUntilDone(deadline.Left, token) ? TakeFirst() : null;

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<Future<Chunk<TResult>>?> NextAsync(Deadline deadline, CancellationToken token) =>
        await First().WaitUntilDoneAsync(deadline.Left, token).ConfigureAwait(false) ? TakeFirst() : null;

    public void Dispose()
    {
        while (_calls.TryDequeue(out Future<Chunk<TResult>>? call))
        {
            call.Cancel();
        }
    }

    private Future<Chunk<TResult>> First() => _calls.TryPeek(out Future<Chunk<TResult>>? call) ? call : throw new UnreachableException();

    private Future<Chunk<TResult>> TakeFirst() =>
        _calls.TryDequeue(out Future<Chunk<TResult>>? call) ? call : throw new UnreachableException();
}
