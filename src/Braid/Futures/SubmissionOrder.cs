namespace Braid.Futures;

/// <summary>The calls of a map in the order of their items.</summary>
internal sealed class SubmissionOrder<TResult> : IMapOrder<TResult>
{
    private readonly System.Collections.Generic.Queue<Future<Chunk<TResult>>> _calls = new();

    public int Count => _calls.Count;

    public void Add(Future<Chunk<TResult>> call) => _calls.Enqueue(call);

    public Future<Chunk<TResult>>? Next(Deadline deadline, CancellationToken token) =>
        _calls.Peek().WaitUntilDone(deadline.Left, token) ? _calls.Dequeue() : null;

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<Future<Chunk<TResult>>?> NextAsync(Deadline deadline, CancellationToken token) =>
        await _calls.Peek().WaitUntilDoneAsync(deadline.Left, token).ConfigureAwait(false) ? _calls.Dequeue() : null;

    public void Dispose()
    {
        while (_calls.TryDequeue(out Future<Chunk<TResult>>? call))
        {
            call.Cancel();
        }
    }
}
