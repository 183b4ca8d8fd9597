using System.Diagnostics.CodeAnalysis;

namespace Braid.Queues;

public partial class Queue<T>
{
    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">
    /// The queue's type stores its items itself and does not override <see cref="PeekCore"/>.
    /// </exception>
    public T Peek() => TryPeek(out T? item) ? item : throw new QueueEmptyException();

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">
    /// The queue's type stores its items itself and does not override <see cref="PeekCore"/>.
    /// </exception>
    public bool TryPeek([MaybeNullWhen(false)] out T item)
    {
        using Gate.Scope held = _gate.Enter();
        item = _count == 0 ? default : PeekCore();
        return _count > 0;
    }

    /// <summary>The item that <see cref="GetCore"/> would take from the store. Called with the gate held, if there is one.</summary>
    protected virtual T PeekCore() => _items is { Count: > 0 } items ? items.Peek()
        : throw new NotSupportedException(
            $"{GetType()} keeps its items itself: override {nameof(PeekCore)} as well to have {nameof(Peek)}.");
}
