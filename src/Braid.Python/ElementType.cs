using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Braid.Python;

/// <summary>A type of number as the elements of an array: their bytes, in either order.</summary>
internal abstract class ElementType
{
    private static readonly Dictionary<Type, ElementType> s_all = new ElementType[]
    {
        new ElementType<bool>(), new ElementType<sbyte>(), new ElementType<short>(), new ElementType<int>(), new ElementType<long>(),
        new ElementType<byte>(), new ElementType<ushort>(), new ElementType<uint>(), new ElementType<ulong>(), new ElementType<Half>(),
        new ElementType<float>(), new ElementType<double>(), new ElementType<Complex>(),
    }.ToDictionary(static element => element.Type);

    public abstract Type Type { get; }

    public abstract int Size { get; }

    public static ElementType? Of(Type? type) => type is null ? null : s_all.GetValueOrDefault(type);

    /// <summary>Makes an array of the bytes.</summary>
    /// <param name="bytes">A whole number of elements.</param>
    /// <param name="isBigEndian">Whether the most significant byte comes first.</param>
    public abstract Array Read(ReadOnlySpan<byte> bytes, bool isBigEndian);

    public abstract ReadOnlySpan<byte> BytesOf(Array elements);

    public abstract NDArray Shape(Array elements, ReadOnlySpan<int> shape, bool isFortran);
}

/// <inheritdoc/>
internal sealed class ElementType<T> : ElementType
    where T : unmanaged
{
    public override Type Type => typeof(T);

    public override int Size => Unsafe.SizeOf<T>();

    public override Array Read(ReadOnlySpan<byte> bytes, bool isBigEndian)
    {
        if (typeof(T) == typeof(bool) && bytes.ContainsAnyExceptInRange((byte)0, (byte)1))
        {
            throw new PickleException("The pickle holds an array of bool with a byte that is neither 0 nor 1.");
        }

        T[] elements = GC.AllocateUninitializedArray<T>(bytes.Length / Size);
        bytes.CopyTo(MemoryMarshal.AsBytes(elements.AsSpan()));
        if (isBigEndian == BitConverter.IsLittleEndian)
        {
            Reverse(elements);
        }

        return elements;
    }

    public override ReadOnlySpan<byte> BytesOf(Array elements) => (long)elements.Length * Size <= Array.MaxLength
        ? MemoryMarshal.AsBytes(((T[])elements).AsSpan())
        : throw new PickleException($"An array of {elements.Length:n0} {typeof(T)} has more bytes than the array of a pickle can have.");

    public override NDArray Shape(Array elements, ReadOnlySpan<int> shape, bool isFortran) =>
        new NDArray<T>((T[])elements, shape, isFortran);

    /// <summary>Reverses the bytes of each number; of a complex number, those of each half.</summary>
    private static void Reverse(Span<T> elements)
    {
        switch (typeof(T) == typeof(Complex) ? sizeof(double) : Unsafe.SizeOf<T>())
        {
            case 2:
                Span<short> shorts = MemoryMarshal.Cast<T, short>(elements);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                Span<int> ints = MemoryMarshal.Cast<T, int>(elements);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                Span<long> longs = MemoryMarshal.Cast<T, long>(elements);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}
