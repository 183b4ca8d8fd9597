using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The way of arrays of several dimensions: the length of each, then the elements as they lie.</summary>
internal sealed class MultiArrayCodec<T>(int rank) : ObjectCodec
{
    public override void Write(PayloadWriter writer, object value)
    {
        var array = (Array)value;
        for (int i = 0; i < rank; i++)
        {
            if (array.GetLowerBound(i) != 0)
            {
                throw PayloadException.CannotTravel(value.GetType(), $"its dimension {i} begins at {array.GetLowerBound(i)} and only those that begin at 0 are supported. Copy it.");
            }

            writer.WriteVarint((ulong)array.GetLength(i));
        }

        Elements<T>.Write(writer, ref First(array), array.LongLength);
    }

    public override object Read(ref PayloadReader reader, int number)
    {
        int[] lengths = new int[rank];
        UInt128 total = 1;
        for (int i = 0; i < rank; i++)
        {
            ulong length = reader.ReadVarint();
            lengths[i] = length <= (ulong)Array.MaxLength ? (int)length : throw PayloadException.Damaged($"a dimension of {length} is no dimension");
            total *= total <= ulong.MaxValue ? length : 1;
        }

        if (total * (ulong)Elements<T>.MinimumBytes > (ulong)reader.Remaining)
        {
            throw PayloadException.Damaged($"it announces an array of {string.Join(" x ", lengths)} elements, and {reader.Remaining} bytes are left");
        }

        var array = Array.CreateInstance(typeof(T), lengths);
        reader.SetObject(number, array);
        Elements<T>.Read(ref reader, ref First(array), array.LongLength);
        return array;
    }

    private static ref T First(Array array) => ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array));
}
