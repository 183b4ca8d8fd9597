namespace Braid.Multiprocessing;

/// <summary>The way of <see cref="ReadOnlyMemory{T}"/>.</summary>
internal sealed class ReadOnlyMemoryCodec<T> : MemoryCodec<ReadOnlyMemory<T>, T>
{
    protected override bool IsOfNothing(ReadOnlyMemory<T> view) => view.Equals(default);

    protected override ReadOnlySpan<T> SpanOf(ReadOnlyMemory<T> view) => view.Span;

    protected override ReadOnlyMemory<T> Make(T[] array) => array;
}
