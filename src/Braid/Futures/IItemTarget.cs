namespace Braid.Futures;

/// <summary>
/// Receives the outcome of each item. Implemented by a struct, so that <see cref="ItemCalls"/> is compiled for it and makes no virtual
/// calls.
/// </summary>
internal interface IItemTarget<TResult>
{
    /// <summary>Takes the result of the running item.</summary>
    /// <returns>Why it cannot; null if it can.</returns>
    Exception? TryAdd(TResult result);

    /// <summary>Takes the failure of the running item. Only the first one counts, and no result after it.</summary>
    void Fail(Exception failure);

    /// <summary>The running item has ended, and the next one begins.</summary>
    void EndItem();
}
