using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The way of collections that are made from a sequence of their elements.</summary>
/// <param name="make">Makes one from the elements in the order in which it is to give them.</param>
internal sealed class SequenceCodec<T>(Func<T[], object> make) : ObjectCodec
{
    public override void Write(PayloadWriter writer, object value)
    {
        T[] items = [.. (IEnumerable<T>)value];
        writer.WriteVarint((ulong)items.Length);
        Elements<T>.Write(writer, ref MemoryMarshal.GetArrayDataReference(items), items.Length);
    }

    public override object Read(ref PayloadReader reader, int number)
    {
        int count = reader.ReadCount(Elements<T>.MinimumBytes);
        T[] items = Elements<T>.Allocate(count);
        Elements<T>.Read(ref reader, ref MemoryMarshal.GetArrayDataReference(items), count);
        return make(items);
    }
}
