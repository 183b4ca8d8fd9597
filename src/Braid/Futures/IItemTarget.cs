namespace Braid.Futures;

/// <summary>What becomes of the outcome of each item. A struct implements it, so that <see cref="ItemCalls"/> is compiled for it and calls nothing virtual.</summary>
internal interface IItemTarget<TResult>
{
    /// <summary>Takes the result of the item that runs.</summary>
    /// <returns>Why it cannot; null if it can.</returns>
    Exception? TryAdd(TResult result);

    /// <summary>Takes the failure of the item that runs. Only the first one counts, and no result behind it.</summary>
    void Fail(Exception failure);

    /// <summary>The item that runs has ended, and the next one begins.</summary>
    void EndItem();
}
