using System.Buffers;

namespace Braid.Multiprocessing;

/// <summary>The way of <see cref="ReadOnlySequence{T}"/>: what it shows, in one piece.</summary>
internal sealed class ReadOnlySequenceCodec<T> : MemoryCodec<ReadOnlySequence<T>, T>
{
    protected override bool IsOfNothing(ReadOnlySequence<T> view) => view.Start.Equals(default);

    protected override ReadOnlySpan<T> SpanOf(ReadOnlySequence<T> view) => view.IsSingleSegment ? view.FirstSpan : view.ToArray();

    protected override ReadOnlySequence<T> Make(T[] array) => new(array);
}
