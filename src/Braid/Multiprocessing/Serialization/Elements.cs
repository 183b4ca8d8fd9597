namespace Braid.Multiprocessing;

/// <summary>The way of elements that lie side by side: one copy for raw data, one after the other for the rest.</summary>
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
            catch (PayloadException exception) when (exception.Under($"element {i}"))
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
