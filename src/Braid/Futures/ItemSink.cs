namespace Braid.Futures;

/// <summary>
/// Receives the outcomes of a call for several items, one by one, instead of the call's chunk. A layer above can thus keep them where they
/// outlive the process that calls the function.
/// </summary>
internal abstract class ItemSink
{
    [ThreadStatic]
    private static ItemSink? t_offered;

    /// <summary>
    /// Takes the sink that was offered to this thread, once: a chunk that is run by an item of the first one keeps its outcomes itself.
    /// </summary>
    public static ItemSink? Take()
    {
        ItemSink? offered = t_offered;
        t_offered = null;
        return offered;
    }

    /// <summary>Calls the function for the items, by <see cref="ItemCalls"/>, and takes each outcome before the next item begins.</summary>
    /// <remarks>This is the only virtual call, one per chunk. One per item would cost as much as a tiny item.</remarks>
    /// <inheritdoc cref="ItemCalls.Run" path="/param"/>
    public abstract void Fill<T, TResult>(Func<T, TResult> function, T[] items, int retries, bool callsAll);

    /// <summary>Offers it to the next call for several items on this thread.</summary>
    private protected void Offer() => t_offered = this;
}
