namespace Braid.Futures;

/// <summary>The results of a few items, up to the first that failed. It may arrive from another process.</summary>
[Serializable]
internal sealed class Chunk<TResult>(List<TResult> results, Exception? failure)
{
    public List<TResult> Results => results;

    public Exception? Failure { get; private set; } = failure;

    /// <summary>
    /// The outcomes of the items after the one that failed; null if there are none. Written in this process; it does not travel.
    /// </summary>
    [field: NonSerialized]
    public Chunk<TResult>? Rest { get; set; }

    /// <summary>Makes a call for some items that stops at the first failure. It holds only the function and the items.</summary>
    /// <param name="function">What to call for each.</param>
    /// <param name="items">The items.</param>
    /// <param name="retries">How often an item that fails is tried again.</param>
    public static Func<Chunk<TResult>> Call<T>(Func<T, TResult> function, T[] items, int retries) =>
        () => Of(function, items, retries, callsAll: false);

    /// <summary>Makes a call for all of some items, whichever of them fail. It holds only the function and the items.</summary>
    /// <inheritdoc cref="Call"/>
    public static Func<Chunk<TResult>> CallAll<T>(Func<T, TResult> function, T[] items, int retries) =>
        () => Of(function, items, retries, callsAll: true);

    private static Chunk<TResult> Of<T>(Func<T, TResult> function, T[] items, int retries, bool callsAll)
    {
        if (ItemSink.Take() is { } sink)
        {
            sink.Fill(function, items, retries, callsAll);
            return new Chunk<TResult>([], null);   // the sink has the outcomes
        }

        var chunk = new Chunk<TResult>(new List<TResult>(items.Length), null);
        ItemCalls.Run<T, TResult, Target>(new Target(chunk), function, items, first: 0, retries, callsAll);
        return chunk;
    }

    private readonly struct Target(Chunk<TResult> chunk) : IItemTarget<TResult>
    {
        public Exception? TryAdd(TResult result)
        {
            if (chunk.Failure is null)
            {
                chunk.Results.Add(result);
            }

            return null;
        }

        public void Fail(Exception failure) => chunk.Failure ??= failure;

        public void EndItem()
        {
        }
    }
}
