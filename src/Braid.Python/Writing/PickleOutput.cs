using System.Buffers.Binary;

namespace Braid.Python;

/// <summary>
/// The bytes that are written, in frames like those of CPython: of 64 KiB or a little more. A large payload is outside of frames, and is
/// not copied before the end.
/// </summary>
internal sealed class PickleOutput
{
    public const int LargePayload = 64 * 1024;           // from this size on, outside of frames

    private const int MinFrame = 4;
    private const int FrameHeader = 9;

    private readonly List<(int At, Array Payload)> _payloads = [];
    private byte[] _buffer = new byte[256];
    private int _count;
    private int _frameStart = -1;                        // of the open frame's header; -1 outside of frames
    private bool _isFraming;

    /// <summary>Between two opcodes: ends a frame that is large enough.</summary>
    public void EndOpcode()
    {
        if (_frameStart >= 0 && _count - _frameStart - FrameHeader >= LargePayload)
        {
            CloseFrame();
        }
    }

    public void BeginFrames() => _isFraming = true;

    public void Write(Opcode opcode) => Reserve(1)[0] = (byte)opcode;

    public void WriteByte(Opcode opcode, byte value) => Begin(opcode, sizeof(byte))[0] = value;

    public void WriteUInt16(Opcode opcode, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(Begin(opcode, sizeof(ushort)), value);

    public void WriteInt32(Opcode opcode, int value) => BinaryPrimitives.WriteInt32LittleEndian(Begin(opcode, sizeof(int)), value);

    public void WriteUInt64(Opcode opcode, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Begin(opcode, sizeof(ulong)), value);

    public void WriteDouble(Opcode opcode, double value) => BinaryPrimitives.WriteDoubleBigEndian(Begin(opcode, sizeof(double)), value);

    public void WriteBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>Room for bytes in the frame.</summary>
    public Span<byte> Reserve(int length)
    {
        int header = _isFraming && _frameStart < 0 ? FrameHeader : 0;
        long needed = (long)_count + header + length;
        if (needed > _buffer.Length)
        {
            Grow(needed);
        }

        if (header > 0)
        {
            _frameStart = _count;
            _count += header;
        }

        Span<byte> room = _buffer.AsSpan(_count, length);
        _count += length;
        return room;
    }

    /// <summary>Writes an opcode with a length, and the payload; a large one stays where it is until the end.</summary>
    public void WritePayload(Opcode opcode, Array payload, int byteLength)
    {
        bool isLarge = byteLength >= LargePayload;
        if (isLarge)
        {
            CloseFrame();
            _isFraming = false;
        }

        WriteLength(opcode, byteLength);
        if (isLarge)
        {
            _payloads.Add((_count, payload));
            _isFraming = true;
        }
        else
        {
            WriteBytes(BytesOf(payload));
        }
    }

    /// <summary>Writes the opcode, or its short form, with a length.</summary>
    public void WriteLength(Opcode opcode, int length)
    {
        switch (opcode)
        {
            case Opcode.BinBytes when length <= byte.MaxValue:
                WriteByte(Opcode.ShortBinBytes, (byte)length);
                break;
            case Opcode.BinUnicode when length <= byte.MaxValue:
                WriteByte(Opcode.ShortBinUnicode, (byte)length);
                break;
            case Opcode.ByteArray8:
                WriteUInt64(opcode, (ulong)length);
                break;
            default:
                WriteInt32(opcode, length);
                break;
        }
    }

    public byte[] End()
    {
        CloseFrame();
        long length = _count;
        foreach ((int _, Array payload) in _payloads)
        {
            length += BytesOf(payload).Length;
        }

        if (length > Array.MaxLength)
        {
            throw TooLong(length);
        }

        byte[] all = GC.AllocateUninitializedArray<byte>((int)length);
        Span<byte> target = all;
        int begin = 0;
        foreach ((int at, Array payload) in _payloads)
        {
            _buffer.AsSpan(begin..at).CopyTo(target);
            target = target[(at - begin)..];
            begin = at;
            ReadOnlySpan<byte> bytes = BytesOf(payload);
            bytes.CopyTo(target);
            target = target[bytes.Length..];
        }

        _buffer.AsSpan(begin.._count).CopyTo(target);
        return all;
    }

    /// <summary>Writes an opcode.</summary>
    /// <returns>Room for its argument.</returns>
    private Span<byte> Begin(Opcode opcode, int length)
    {
        Span<byte> room = Reserve(sizeof(Opcode) + length);
        room[0] = (byte)opcode;
        return room[sizeof(Opcode)..];
    }

    private static ReadOnlySpan<byte> BytesOf(Array payload) => ElementType.Of(payload.GetType().GetElementType())!.BytesOf(payload);

    private static PickleException TooLong(long length) =>
        new($"The pickle has {length:n0} bytes, and an array has at most {Array.MaxLength:n0}.");

    private void CloseFrame()
    {
        if (_frameStart < 0)
        {
            return;
        }

        int begin = _frameStart + FrameHeader;
        int length = _count - begin;
        if (length >= MinFrame)
        {
            _buffer[_frameStart] = (byte)Opcode.Frame;
            BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(_frameStart + 1), (ulong)length);
        }
        else
        {
            _buffer.AsSpan(begin, length).CopyTo(_buffer.AsSpan(_frameStart));
            _count -= FrameHeader;
        }

        _frameStart = -1;
    }

    private void Grow(long needed)
    {
        if (needed > Array.MaxLength)
        {
            throw TooLong(needed);
        }

        Array.Resize(ref _buffer, (int)Math.Min(Math.Max(needed, _buffer.Length * 2L), Array.MaxLength));
    }
}
