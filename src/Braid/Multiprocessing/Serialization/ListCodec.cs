using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The way of <see cref="List{T}"/>.</summary>
internal sealed class ListCodec<T> : FilledCodec
{
    public override void Write(PayloadWriter writer, object value)
    {
        Span<T> span = CollectionsMarshal.AsSpan((List<T>)value);
        writer.WriteVarint((ulong)span.Length);
        Elements<T>.Write(writer, ref MemoryMarshal.GetReference(span), span.Length);
    }

    public override void Fill(ref PayloadReader reader, object collection)
    {
        var list = (List<T>)collection;
        int count = reader.ReadCount(Elements<T>.MinimumBytes);
        CollectionsMarshal.SetCount(list, count);
        Elements<T>.Read(ref reader, ref MemoryMarshal.GetReference(CollectionsMarshal.AsSpan(list)), count);
    }

    protected override object Make(object? setup) => new List<T>();
}
