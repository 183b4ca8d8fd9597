namespace Braid.Multiprocessing;

/// <summary>The way of <see cref="Memory{T}"/>.</summary>
internal sealed class WritableMemoryCodec<T> : MemoryCodec<Memory<T>, T>
{
    protected override bool IsOfNothing(Memory<T> view) => view.Equals(default);

    protected override ReadOnlySpan<T> SpanOf(Memory<T> view) => view.Span;

    protected override Memory<T> Make(T[] array) => array;
}
