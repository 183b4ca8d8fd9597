using System.Diagnostics.CodeAnalysis;

namespace Braid.Queues;

/// <summary>What getting several items needs of a queue, in-process or shared.</summary>
internal interface IItemSource<T> : IQueue<T>
{
    /// <summary>Waits for an item or the end of the queue, and reports the end without an exception.</summary>
    bool TryGetUnlessShutDown(out T? item, CancellationToken token);

    /// <summary>One attempt, which does not fail at the end of the queue.</summary>
    /// <param name="item">The item.</param>
    /// <param name="awaits">Whether the caller awaits, and so must not pass earlier awaits.</param>
    /// <param name="isLast">Whether the caller gives up if it fails, rather than wait.</param>
    /// <param name="isEnded">Whether the queue is shut down and empty.</param>
    bool TryGetUnlessEnded([MaybeNullWhen(false)] out T item, bool awaits, bool isLast, out bool isEnded);

    /// <summary>The item, and as many more as are there, up to the given total. Does not wait.</summary>
    T[] WithMore(T first, int max);
}
