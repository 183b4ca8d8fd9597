namespace Braid.Multiprocessing;

/// <summary>The way of <see cref="ArraySegment{T}"/>.</summary>
internal sealed class ArraySegmentCodec<T> : MemoryCodec<ArraySegment<T>, T>
{
    protected override bool IsOfNothing(ArraySegment<T> view) => view.Array is null;

    protected override ReadOnlySpan<T> SpanOf(ArraySegment<T> view) => view;

    protected override ArraySegment<T> Make(T[] array) => array;
}
