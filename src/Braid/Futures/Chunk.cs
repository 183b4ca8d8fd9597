using System.Runtime.ExceptionServices;

namespace Braid.Futures;

/// <summary>The results of a few items, up to the first that failed.</summary>
internal sealed class Chunk<TResult>(List<TResult> results, ExceptionDispatchInfo? failure)
{
    public List<TResult> Results => results;

    public ExceptionDispatchInfo? Failure => failure;

    public static Chunk<TResult> Of<T>(Func<T, TResult> function, T[] items)
    {
        var results = new List<TResult>(items.Length);
        try
        {
            foreach (T item in items)
            {
                results.Add(function(item));
            }

            return new Chunk<TResult>(results, null);
        }
        catch (Exception exception)
        {
            return new Chunk<TResult>(results, ExceptionDispatchInfo.Capture(exception));
        }
    }
}
