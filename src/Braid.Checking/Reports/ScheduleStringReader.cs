using System.Buffers.Binary;

namespace Braid.Checking.Reports;

/// <summary>Reads the bytes of a <see cref="ScheduleString"/> from front to back.</summary>
internal ref struct ScheduleStringReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly int Left => _rest.Length;

    public int Byte() => Take(1)[0];

    public uint Fixed() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    /// <summary>Reads a varint that fits into an int.</summary>
    public int Number()
    {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            int next = Byte();
            value |= (long)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value <= int.MaxValue ? (int)value : throw Ends();
            }
        }

        throw Ends();
    }

    public static FormatException Ends() =>
        new("The replay string is damaged: a number in it is longer than the string. Copy the whole string from the report.");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw Ends();
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
