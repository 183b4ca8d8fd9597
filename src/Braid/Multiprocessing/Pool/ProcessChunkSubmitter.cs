using System.Runtime.ExceptionServices;
using Braid.Futures;

namespace Braid.Multiprocessing;

/// <summary>Submits the chunks of a map to processes. The function is written once, when the first chunk is submitted.</summary>
internal sealed class ProcessChunkSubmitter(
    ProcessPoolExecutor executor, Delegate function, Action? onEnd) : ChunkSubmitter(executor, onEnd)
{
    private SentFunction? _sent;
    private ExceptionDispatchInfo? _refusal;   // why the function, and so every chunk, cannot travel

    public override Future<Chunk<TResult>> Submit<TResult>(
        Func<Chunk<TResult>> call, int count, bool callsAll, bool isRest, CancellationToken token) =>
        executor.SubmitChunk(call, Sent(), function, new ChunkProgress(count, callsAll), isRest, token);

    /// <summary>
    /// A process that ended took down only the item that was running in it; if none can be started, none can take the others.
    /// </summary>
    public override bool FailsAll(Exception failure) => failure is not ProcessException or WorkerStartException;

    private protected override void OnEnd()
    {
        _sent?.Release();
        base.OnEnd();
    }

    private SentFunction Sent()
    {
        _refusal?.Throw();
        try
        {
            return _sent ??= SentFunction.Of(function, executor.AllowsShared);
        }
        catch (Exception exception)
        {
            _refusal = ExceptionDispatchInfo.Capture(exception);
            throw;
        }
    }
}
