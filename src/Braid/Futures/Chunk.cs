using System.Runtime.ExceptionServices;

namespace Braid.Futures;

/// <summary>The results of a few items, up to the first that failed. It may come from another process.</summary>
[Serializable]
internal sealed class Chunk<TResult>(List<TResult> results, Exception? failure)
{
    public List<TResult> Results => results;

    public Exception? Failure => failure;

    public void ThrowIfFailed()
    {
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>A call for some items, up to the first that fails. It holds nothing but the function and them.</summary>
    public static Func<Chunk<TResult>> Call<T>(Func<T, TResult> function, T[] items) => () => Of(function, items);

    /// <summary>A call for some items, whichever of them fail. It holds nothing but the function and them.</summary>
    public static Func<Chunk<TResult>> CallAll<T>(Func<T, TResult> function, T[] items) => () => OfAll(function, items);

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
            return new Chunk<TResult>(results, exception);
        }
    }

    private static Chunk<TResult> OfAll<T>(Func<T, TResult> function, T[] items)
    {
        Chunk<TResult> chunk = Of(function, items);
        for (int next = chunk.Results.Count + 1; next < items.Length; next++)
        {
            try
            {
                function(items[next]);
            }
            catch (Exception)
            {
                // the first failure is the one that is told; the items run for what they do beside
            }
        }

        return chunk;
    }
}
