using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Codec for elements that lie side by side: one copy for raw data, one after the other for the rest.</summary>
internal static class Elements<T>
{
    /// <summary>What an element takes at least: bounds what a reader allocates.</summary>
    public static int MinimumBytes => IsRaw ? Unsafe.SizeOf<T>() : 1;

    private static bool IsRaw => PayloadCodec<T>.Instance is RawCodec<T>;

    public static void Write(PayloadWriter writer, ref T first, long count)
    {
        if (IsRaw)
        {
            writer.WriteBytes(ref Unsafe.As<T, byte>(ref first), count * Unsafe.SizeOf<T>());
            return;
        }

        PayloadCodec<T> codec = PayloadCodec<T>.Instance;
        for (nint i = 0; i < count; i++)
        {
            try
            {
                codec.Write(writer, Unsafe.Add(ref first, i));
            }
            catch (PayloadException exception) when (exception.RecordStep($"element {i}"))
            {
                throw new UnreachableException();
            }
        }
    }

    public static void Read(ref PayloadReader reader, ref T first, long count)
    {
        if (IsRaw)
        {
            reader.ReadBytes(ref Unsafe.As<T, byte>(ref first), count * Unsafe.SizeOf<T>());
            return;
        }

        PayloadCodec<T> codec = PayloadCodec<T>.Instance;
        for (nint i = 0; i < count; i++)
        {
            Unsafe.Add(ref first, i) = codec.Read(ref reader);
        }
    }

    public static T[] Allocate(int count) => count == 0 ? [] : IsRaw ? GC.AllocateUninitializedArray<T>(count) : new T[count];
}

/// <summary>Codec for one-dimensional arrays.</summary>
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

/// <summary>Codec for arrays of several dimensions: the length of each, then the elements as they lie.</summary>
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

/// <summary>Codec for structs that are a row of elements, of which only the first is a field.</summary>
internal sealed class InlineArrayCodec<TArray, T>(int length) : PayloadCodec<TArray>
{
    public override void Write(PayloadWriter writer, TArray value) => Elements<T>.Write(writer, ref Unsafe.As<TArray, T>(ref value), length);

    public override TArray Read(ref PayloadReader reader)
    {
        TArray value = default!;
        Elements<T>.Read(ref reader, ref Unsafe.As<TArray, T>(ref value), length);
        return value;
    }
}

/// <summary>Codec for immutable arrays, the one that was never made among them.</summary>
internal sealed class ImmutableArrayCodec<T> : PayloadCodec<ImmutableArray<T>>
{
    public override void Write(PayloadWriter writer, ImmutableArray<T> value) =>
        PayloadCodec<T[]?>.Instance.Write(writer, ImmutableCollectionsMarshal.AsArray(value));

    public override ImmutableArray<T> Read(ref PayloadReader reader) =>
        ImmutableCollectionsMarshal.AsImmutableArray(PayloadCodec<T[]?>.Instance.Read(ref reader));
}
