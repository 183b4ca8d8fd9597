using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The way of views of memory: what they show, and nothing around it. They arrive as views of arrays of their own.</summary>
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
