using System.Buffers;
using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Codec for views of memory: what they show, and nothing around it. They arrive as views of arrays of their own.</summary>
internal abstract class MemoryCodec<TView, T> : PayloadCodec<TView>
{
    public sealed override void Write(PayloadWriter writer, TView value)
    {
        writer.WriteByte(IsOfNothing(value) ? (byte)0 : (byte)1);
        if (IsOfNothing(value))
        {
            return;
        }

        ReadOnlySpan<T> span = SpanOf(value);
        writer.WriteVarint((ulong)span.Length);
        Elements<T>.Write(writer, ref MemoryMarshal.GetReference(span), span.Length);
    }

    public sealed override TView Read(ref PayloadReader reader)
    {
        if (reader.ReadByte() == 0)
        {
            return default!;
        }

        int count = reader.ReadCount(Elements<T>.MinimumBytes);
        T[] array = Elements<T>.Allocate(count);
        Elements<T>.Read(ref reader, ref MemoryMarshal.GetArrayDataReference(array), count);
        return Make(array);
    }

    /// <summary>Whether it is the default value, a view of nothing at all.</summary>
    protected abstract bool IsOfNothing(TView view);

    protected abstract ReadOnlySpan<T> SpanOf(TView view);

    protected abstract TView Make(T[] array);
}

/// <summary>Codec for <see cref="Memory{T}"/>.</summary>
internal sealed class WritableMemoryCodec<T> : MemoryCodec<Memory<T>, T>
{
    protected override bool IsOfNothing(Memory<T> view) => view.Equals(default);

    protected override ReadOnlySpan<T> SpanOf(Memory<T> view) => view.Span;

    protected override Memory<T> Make(T[] array) => array;
}

/// <summary>Codec for <see cref="ReadOnlyMemory{T}"/>.</summary>
internal sealed class ReadOnlyMemoryCodec<T> : MemoryCodec<ReadOnlyMemory<T>, T>
{
    protected override bool IsOfNothing(ReadOnlyMemory<T> view) => view.Equals(default);

    protected override ReadOnlySpan<T> SpanOf(ReadOnlyMemory<T> view) => view.Span;

    protected override ReadOnlyMemory<T> Make(T[] array) => array;
}

/// <summary>Codec for <see cref="ArraySegment{T}"/>.</summary>
internal sealed class ArraySegmentCodec<T> : MemoryCodec<ArraySegment<T>, T>
{
    protected override bool IsOfNothing(ArraySegment<T> view) => view.Array is null;

    protected override ReadOnlySpan<T> SpanOf(ArraySegment<T> view) => view;

    protected override ArraySegment<T> Make(T[] array) => array;
}

/// <summary>Codec for <see cref="ReadOnlySequence{T}"/>: what it shows, in one piece.</summary>
internal sealed class ReadOnlySequenceCodec<T> : MemoryCodec<ReadOnlySequence<T>, T>
{
    protected override bool IsOfNothing(ReadOnlySequence<T> view) => view.Start.Equals(default);

    protected override ReadOnlySpan<T> SpanOf(ReadOnlySequence<T> view) => view.IsSingleSegment ? view.FirstSpan : view.ToArray();

    protected override ReadOnlySequence<T> Make(T[] array) => new(array);
}
