using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The form of collections that are made at once of a comparer and their elements.</summary>
internal readonly record struct Compared<TComparer, T>(TComparer? Comparer, T[] Items)
    where TComparer : class;

/// <summary>The way of that form.</summary>
internal sealed class ComparedCodec<TComparer, T> : PayloadCodec<Compared<TComparer, T>>
    where TComparer : class
{
    public override void Write(PayloadWriter writer, Compared<TComparer, T> value)
    {
        Comparers.Write(writer, value.Comparer);
        writer.WriteVarint((ulong)value.Items.Length);
        Elements<T>.Write(writer, ref MemoryMarshal.GetArrayDataReference(value.Items), value.Items.Length);
    }

    public override Compared<TComparer, T> Read(ref PayloadReader reader)
    {
        TComparer? comparer = Comparers.Read<TComparer>(ref reader);
        int count = reader.ReadCount(Elements<T>.MinimumBytes);
        T[] items = Elements<T>.Allocate(count);
        Elements<T>.Read(ref reader, ref MemoryMarshal.GetArrayDataReference(items), count);
        return new(comparer, items);
    }
}
