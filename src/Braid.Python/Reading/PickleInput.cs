using System.Buffers.Binary;

namespace Braid.Python;

/// <summary>
/// The bytes of a pickle. No length is trusted before it is compared with what is left, and nothing crosses the end of a frame.
/// </summary>
internal ref struct PickleInput(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;
    private int _frameEnd = -1;                          // of the frame that is open; -1 outside frames

    public readonly int Position => _position;

    public readonly int Left => _data.Length - _position;

    public Opcode ReadOpcode()
    {
        if (_position == _frameEnd)
        {
            _frameEnd = -1;
        }

        return (Opcode)ReadByte();
    }

    /// <summary>Begins a frame: how many bytes belong together, which says nothing about the values.</summary>
    public void OpenFrame()
    {
        if (_frameEnd >= 0)
        {
            throw Damaged("a frame begins inside another one");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(Read(8));
        if (length > (ulong)Left)
        {
            throw Damaged($"a frame of {length:n0} bytes where {Left:n0} are left");
        }

        _frameEnd = length == 0 ? -1 : _position + (int)length;
    }

    public byte ReadByte() => Read(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Read(2));

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Read(4));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Read(4));

    public double ReadDouble() => BinaryPrimitives.ReadDoubleBigEndian(Read(8));

    public ReadOnlySpan<byte> ReadCounted8() => Read(BinaryPrimitives.ReadUInt64LittleEndian(Read(8)));

    public ReadOnlySpan<byte> Read(ulong length)
    {
        int end = _frameEnd < 0 ? _data.Length : _frameEnd;
        if (length > (ulong)(end - _position))
        {
            throw Damaged(_frameEnd < 0
                ? $"{length:n0} bytes expected where {Left:n0} are left"
                : "a value reaches over the end of its frame");
        }

        ReadOnlySpan<byte> bytes = _data.Slice(_position, (int)length);
        _position += (int)length;
        return bytes;
    }

    /// <summary>The bytes up to the end of the line, which is consumed too.</summary>
    public ReadOnlySpan<byte> ReadLine()
    {
        int length = _data[_position..(_frameEnd < 0 ? _data.Length : _frameEnd)].IndexOf((byte)'\n');
        if (length < 0)
        {
            throw Damaged("a line without an end");
        }

        ReadOnlySpan<byte> line = Read((ulong)length);
        Read(1);
        return line;
    }

    public readonly PickleException Damaged(string what) => PickleException.Damaged(what, _position);
}
