using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>Codec for contiguous elements: one copy for raw data, one after the other for the rest.</summary>
/// <remarks>
/// Boxed values of one type in succession, as in a list of objects that are all numbers, are written as a run: the type and the number of
/// them once, and then the values as in an array.
/// </remarks>
internal static class Elements<T>
{
    private const int ShortestRun = 4;   // a run begins with three bytes or more, where each element would begin with one

    /// <summary>The least number of bytes that an element takes; bounds what a reader allocates.</summary>
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
            if (codec.MayReadBoxes && TryWriteRun(writer, ref Unsafe.Add(ref first, i), count - i) is > 0 and int written)
            {
                i += written - 1;
                continue;
            }

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
            if (codec.MayReadBoxes && reader.PeekByte() == (byte)ReferenceKind.Run)
            {
                i += ReadRun(ref reader, ref Unsafe.Add(ref first, i), count - i) - 1;
                continue;
            }

            Unsafe.Add(ref first, i) = codec.Read(ref reader);
        }
    }

    /// <summary>Reads the number of elements, and the elements.</summary>
    public static T[] ReadArray(ref PayloadReader reader)
    {
        T[] array = Allocate(reader.ReadCount(MinimumBytes));
        Read(ref reader, ref MemoryMarshal.GetArrayDataReference(array), array.Length);
        return array;
    }

    public static T[] Allocate(int count) => count == 0 ? [] : IsRaw ? GC.AllocateUninitializedArray<T>(count) : new T[count];

    /// <summary>Writes the elements at the beginning if they are boxed values of one type, and enough of them.</summary>
    /// <returns>How many were written.</returns>
    private static int TryWriteRun(PayloadWriter writer, ref T first, long left)
    {
        if (left < ShortestRun || first is not ValueType value)
        {
            return 0;
        }

        Type type = value.GetType();
        int count = CountOf(type, ref first, ShortestRun);
        if (count < ShortestRun || writer.CodecOf(type) is not BoxedCodec { FormsRuns: true } codec)
        {
            return 0;   // before looking further: the next element begins here again
        }

        count = CountOf(type, ref first, (int)Math.Min(left, int.MaxValue));
        writer.WriteByte((byte)ReferenceKind.Run);
        writer.WriteByte((byte)codec.Kind);
        writer.WriteVarint((ulong)count);
        codec.WriteRun(writer, MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, object>(ref first), count));
        return count;
    }

    /// <summary>How many elements at the beginning are of the type, of at most that many.</summary>
    private static int CountOf(Type type, ref T first, int most)
    {
        int count = 1;
        while (count < most && Unsafe.Add(ref first, count)?.GetType() == type)
        {
            count++;
        }

        return count;
    }

    /// <returns>How many elements were read.</returns>
    private static int ReadRun(ref PayloadReader reader, ref T first, long left)
    {
        reader.ReadByte();
        byte kind = reader.ReadByte();
        if (BoxedCodec.Marked((ReferenceKind)kind) is not { FormsRuns: true } codec || !codec.IsOf(typeof(T)))
        {
            throw PayloadException.Damaged($"no run of {TypeText.Of(typeof(T))} begins with {kind}");
        }

        int count = reader.ReadCount(1);
        if (count == 0 || count > left)
        {
            throw PayloadException.Damaged($"it announces a run of {count}, and {left} elements are left");
        }

        codec.ReadRun(ref reader, MemoryMarshal.CreateSpan(ref Unsafe.As<T, object>(ref first), count));
        return count;
    }
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

/// <summary>Codec for arrays of several dimensions: the length of each dimension, then the elements in memory order.</summary>
internal sealed class MultiArrayCodec<T>(int rank) : ObjectCodec
{
    public override void Write(PayloadWriter writer, object value)
    {
        var array = (Array)value;
        for (int i = 0; i < rank; i++)
        {
            if (array.GetLowerBound(i) != 0)
            {
                throw PayloadException.CannotTravel(
                    value.GetType(),
                    $"its dimension {i} begins at {array.GetLowerBound(i)} and only those that begin at 0 are supported. Copy it.");
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
            lengths[i] = length <= (ulong)Array.MaxLength
                ? (int)length
                : throw PayloadException.Damaged($"a dimension of {length} is no dimension");
            total *= total <= ulong.MaxValue ? length : 1;
        }

        if (total * (ulong)Elements<T>.MinimumBytes > (ulong)reader.Remaining)
        {
            throw PayloadException.Damaged(
                $"it announces an array of {string.Join(" x ", lengths)} elements, and {reader.Remaining} bytes are left");
        }

        var array = Array.CreateInstance(typeof(T), lengths);
        reader.SetObject(number, array);
        Elements<T>.Read(ref reader, ref First(array), array.LongLength);
        return array;
    }

    private static ref T First(Array array) => ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array));
}

/// <summary>Codec for inline arrays, of which only the first element is a field.</summary>
internal sealed class InlineArrayCodec<TArray, T>(int length) : PayloadCodec<TArray>
{
    public override void Write(PayloadWriter writer, TArray value) =>
        Elements<T>.Write(writer, ref Unsafe.As<TArray, T>(ref value), length);

    public override TArray Read(ref PayloadReader reader)
    {
        TArray value = default!;
        Elements<T>.Read(ref reader, ref Unsafe.As<TArray, T>(ref value), length);
        return value;
    }
}

/// <summary>Codec for immutable arrays, including the default value.</summary>
internal sealed class ImmutableArrayCodec<T> : PayloadCodec<ImmutableArray<T>>
{
    public override void Write(PayloadWriter writer, ImmutableArray<T> value) =>
        PayloadCodec<T[]?>.Instance.Write(writer, ImmutableCollectionsMarshal.AsArray(value));

    public override ImmutableArray<T> Read(ref PayloadReader reader) =>
        ImmutableCollectionsMarshal.AsImmutableArray(PayloadCodec<T[]?>.Instance.Read(ref reader));
}

/// <summary>Codec for views of memory: the elements they show, and nothing around them. They arrive as views of their own arrays.</summary>
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

        return Make(Elements<T>.ReadArray(ref reader));
    }

    /// <summary>Whether it is the default value, which views nothing.</summary>
    protected abstract bool IsOfNothing(TView view);

    protected abstract ReadOnlySpan<T> SpanOf(TView view);

    protected abstract TView Make(T[] array);
}

/// <summary>Codec for <see cref="Memory{T}"/>.</summary>
internal sealed class WritableMemoryCodec<T> : MemoryCodec<Memory<T>, T>
{
    protected override bool IsOfNothing(Memory<T> view) => view.Equals(default);

    protected override ReadOnlySpan<T> SpanOf(Memory<T> view) => view.Span;

    protected override Memory<T> Make(T[] array) => array;
}

/// <summary>Codec for <see cref="ReadOnlyMemory{T}"/>.</summary>
internal sealed class ReadOnlyMemoryCodec<T> : MemoryCodec<ReadOnlyMemory<T>, T>
{
    protected override bool IsOfNothing(ReadOnlyMemory<T> view) => view.Equals(default);

    protected override ReadOnlySpan<T> SpanOf(ReadOnlyMemory<T> view) => view.Span;

    protected override ReadOnlyMemory<T> Make(T[] array) => array;
}

/// <summary>Codec for <see cref="ArraySegment{T}"/>.</summary>
internal sealed class ArraySegmentCodec<T> : MemoryCodec<ArraySegment<T>, T>
{
    protected override bool IsOfNothing(ArraySegment<T> view) => view.Array is null;

    protected override ReadOnlySpan<T> SpanOf(ArraySegment<T> view) => view;

    protected override ArraySegment<T> Make(T[] array) => array;
}

/// <summary>Codec for <see cref="ReadOnlySequence{T}"/>: its elements, as one segment.</summary>
internal sealed class ReadOnlySequenceCodec<T> : MemoryCodec<ReadOnlySequence<T>, T>
{
    protected override bool IsOfNothing(ReadOnlySequence<T> view) => view.Start.Equals(default);

    protected override ReadOnlySpan<T> SpanOf(ReadOnlySequence<T> view) => view.IsSingleSegment ? view.FirstSpan : view.ToArray();

    protected override ReadOnlySequence<T> Make(T[] array) => new(array);
}
