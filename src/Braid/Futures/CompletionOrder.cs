namespace Braid.Futures;

/// <summary>The calls of a map in the order in which they are done.</summary>
internal sealed class CompletionOrder<TResult> : IMapOrder<TResult>
{
    private readonly CompletionStream<Future<Chunk<TResult>>> _calls = new([]);

    public int Count => _calls.Left;

    public void Add(Future<Chunk<TResult>> call) => _calls.Add(call);

    public Future<Chunk<TResult>>? Next(Deadline deadline, CancellationToken token) => _calls.Next(deadline, token);

    public ValueTask<Future<Chunk<TResult>>?> NextAsync(Deadline deadline, CancellationToken token) => _calls.NextAsync(deadline, token);

    public void Dispose()
    {
        _calls.Dispose();
        foreach (Future<Chunk<TResult>> call in _calls.Waiting)
        {
            call.Cancel();
        }
    }
}
