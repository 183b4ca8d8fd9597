using System.Numerics;

namespace Braid.Multiprocessing;

/// <summary>The rings in a row that a message ring consists of: 64 KiB, 128 KiB, and so on up to 8 GiB.</summary>
internal static class RingRegion
{
    public const int Count = 18;
    public const long TotalBytes = FirstBytes * ((1L << Count) - 1);

    private const long FirstBytes = 64 * 1024;
    private const int FirstBits = 16;

    /// <summary>Where it begins, from the beginning of the first.</summary>
    public static long StartOf(long region) => FirstBytes * ((1L << (int)region) - 1);

    public static long SizeOf(long region) => FirstBytes << (int)region;

    /// <summary>The smallest with so many bytes; <see cref="Count"/> if none has.</summary>
    public static int SmallestOf(long bytes) =>
        bytes <= FirstBytes ? 0 : Math.Min(Count, 64 - BitOperations.LeadingZeroCount((ulong)bytes - 1) - FirstBits);
}
