using System.Diagnostics.CodeAnalysis;

namespace Braid.Queues;

public partial class Queue<T>
{
    /// <summary>The item that would be got next, which stays in the queue. Never blocks.</summary>
    /// <remarks>A snapshot: with other getters about, the next <see cref="Get"/> may give another one. To take an item and decide then, get it.</remarks>
    /// <exception cref="QueueEmptyException">There is no item.</exception>
    /// <exception cref="NotSupportedException">The queue is of a type that keeps its items itself and does not override <see cref="PeekCore"/>.</exception>
    public T Peek() => TryPeek(out T? item) ? item : throw new QueueEmptyException();

    /// <summary>The item that would be got next, if there is one, which stays in the queue. Never blocks.</summary>
    /// <param name="item">The item.</param>
    /// <returns>Whether there is one.</returns>
    /// <inheritdoc cref="Peek" path="/remarks"/>
    /// <exception cref="NotSupportedException">The queue is of a type that keeps its items itself and does not override <see cref="PeekCore"/>.</exception>
    public bool TryPeek([MaybeNullWhen(false)] out T item)
    {
        using Gate.Scope held = _gate.Enter();
        item = _count == 0 ? default : PeekCore();
        return _count > 0;
    }

    /// <summary>The item that <see cref="GetCore"/> would take out of the store. Called with the gate held, when there is one.</summary>
    protected virtual T PeekCore() => _items is { Count: > 0 } items ? items.Peek()
        : throw new NotSupportedException($"{GetType()} keeps its items itself: override {nameof(PeekCore)} as well to have {nameof(Peek)}.");
}
