using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The way of one-dimensional arrays.</summary>
internal sealed class ArrayCodec<T> : ObjectCodec
{
    public override void Write(PayloadWriter writer, object value)
    {
        T[] array = (T[])value;
        writer.WriteVarint((ulong)array.Length);
        Elements<T>.Write(writer, ref MemoryMarshal.GetArrayDataReference(array), array.Length);
    }

    public override object Read(ref PayloadReader reader, int number)
    {
        int count = reader.ReadCount(Elements<T>.MinimumBytes);
        T[] array = Elements<T>.Allocate(count);
        reader.SetObject(number, array);
        Elements<T>.Read(ref reader, ref MemoryMarshal.GetArrayDataReference(array), count);
        return array;
    }
}
