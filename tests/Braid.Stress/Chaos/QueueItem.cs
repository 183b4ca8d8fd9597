using System.Globalization;
using System.Runtime.InteropServices;

namespace Braid.Stress;

/// <summary>An item that says which it is, and whose bytes all follow from that: any that is wrong, missing or of another item shows.</summary>
/// <param name="Kind">Through which line it goes.</param>
/// <param name="Producer">Who puts it.</param>
/// <param name="Sequence">The how many-th of that producer in that line, from 1.</param>
internal readonly record struct QueueItem(int Kind, int Producer, int Sequence)
{
    private const int Words = 2;

    private ulong Pattern => (((ulong)Producer << 40) ^ ((ulong)Kind << 32) ^ (uint)Sequence) * 0x9E3779B97F4A7C15;

    /// <summary>Sixteen bytes to a megabyte: most are small, a few are larger than the first rings of a queue.</summary>
    public byte[] ToBytes(Random random)
    {
        int length = random.Next(100) switch
        {
            < 40 => 0,
            < 70 => random.Next(30),
            < 85 => random.Next(1000),
            < 97 => random.Next(16_000),
            _ => random.Next(130_000),
        };
        ulong[] words = new ulong[Words + length];
        words[0] = ((ulong)Producer << 32) | (uint)Sequence;
        words[1] = ((ulong)Kind << 32) | (uint)length;
        words.AsSpan(Words).Fill(Pattern);
        return MemoryMarshal.AsBytes(words.AsSpan()).ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are not those that were put.</exception>
    public static QueueItem FromBytes(byte[] bytes, int kind)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        if (words.Length < Words)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"An item of {bytes.Length} bytes came out of the {QueueLines.NameOf(kind)}; none was put."));
        }

        var item = new QueueItem((int)(words[1] >> 32), (int)(words[0] >> 32), (int)words[0]);
        ReadOnlySpan<ulong> rest = words[Words..];
        if (item.Kind != kind || rest.Length != (int)words[1] || rest.ContainsAnyExcept(item.Pattern))
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{item} came out of the {QueueLines.NameOf(kind)} with {bytes.Length} bytes that are not those that were put; the first wrong one is word {rest.IndexOfAnyExcept(item.Pattern)} of {(int)words[1]}."));
        }

        return item;
    }
}
