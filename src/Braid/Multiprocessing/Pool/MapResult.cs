using Braid.Futures;

namespace Braid.Multiprocessing;

/// <summary>
/// Combines the outcomes of a map's chunks once all have ended: all results, or the exception of the first item in order that failed.
/// </summary>
internal sealed class MapResult<TResult>
{
    private readonly Future<Chunk<TResult>>[] _calls;
    private readonly Future<TResult[]> _outcome = new();
    private int _left;                                     // by Interlocked: calls that have not ended

    private MapResult(Future<Chunk<TResult>>[] calls) => (_calls, _left) = (calls, calls.Length);

    public static Future<TResult[]> Of(Future<Chunk<TResult>>[] calls)
    {
        var map = new MapResult<TResult>(calls);
        if (calls.Length == 0)
        {
            map._outcome.SetResult([]);
        }

        foreach (Future<Chunk<TResult>> call in calls)
        {
            call.AddDoneCallback(map.OnDone);
        }

        return map._outcome;
    }

    private void OnDone(Future call)
    {
        if (Interlocked.Decrement(ref _left) == 0)   // a full fence: the last one sees the outcomes of all
        {
            End();
        }
    }

    private void End()
    {
        var results = new List<TResult>();
        foreach (Future<Chunk<TResult>> call in _calls)
        {
            if (call.Cancelled)
            {
                _outcome.Cancel();
                return;
            }

            if ((call.Failure ?? call.Result().Failure) is { } failure)
            {
                _outcome.SetException(failure);
                return;
            }

            results.AddRange(call.Result().Results);
        }

        _outcome.SetResult([.. results]);
    }
}
