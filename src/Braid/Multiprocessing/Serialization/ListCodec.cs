using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The way of <see cref="List{T}"/>.</summary>
internal sealed class ListCodec<T> : ObjectCodec
{
    public override void Write(PayloadWriter writer, object value)
    {
        Span<T> span = CollectionsMarshal.AsSpan((List<T>)value);
        writer.WriteVarint((ulong)span.Length);
        Elements<T>.Write(writer, ref MemoryMarshal.GetReference(span), span.Length);
    }

    public override object Read(ref PayloadReader reader, int number)
    {
        int count = reader.ReadCount(Elements<T>.MinimumBytes);
        List<T> list = [];
        reader.SetObject(number, list);
        CollectionsMarshal.SetCount(list, count);
        Elements<T>.Read(ref reader, ref MemoryMarshal.GetReference(CollectionsMarshal.AsSpan(list)), count);
        return list;
    }
}
