using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The way of views of memory: what they show, and nothing around it. They arrive as views of arrays of their own.</summary>
internal abstract class MemoryCodec<TView, T> : PayloadCodec<TView>
{
    public sealed override void Write(PayloadWriter writer, TView value)
    {
        ReadOnlySpan<T> span = SpanOf(value);
        writer.WriteVarint((ulong)span.Length);
        Elements<T>.Write(writer, ref MemoryMarshal.GetReference(span), span.Length);
    }

    public sealed override TView Read(ref PayloadReader reader)
    {
        int count = reader.ReadCount(Elements<T>.MinimumBytes);
        T[] array = Elements<T>.Allocate(count);
        Elements<T>.Read(ref reader, ref MemoryMarshal.GetArrayDataReference(array), count);
        return Make(array);
    }

    protected abstract ReadOnlySpan<T> SpanOf(TView view);

    protected abstract TView Make(T[] array);
}
