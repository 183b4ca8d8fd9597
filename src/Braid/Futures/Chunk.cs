namespace Braid.Futures;

/// <summary>The results of a few items, up to the first that failed. It may come from another process.</summary>
[Serializable]
internal sealed class Chunk<TResult>(List<TResult> results, Exception? failure)
{
    public List<TResult> Results => results;

    public Exception? Failure => failure;

    /// <summary>A call for some items. It holds nothing but the function and them.</summary>
    public static Func<Chunk<TResult>> Call<T>(Func<T, TResult> function, T[] items) => () => Of(function, items);

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
}
