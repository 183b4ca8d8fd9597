using System.Buffers;
using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>A message that was taken: a copy of its bytes, and the shared memory to which it refers.</summary>
internal unsafe struct Message : IDisposable
{
    private const long LargestPooled = 1024 * 1024;

    private byte[]? _pooled;
    private byte* _native;

    public delegate void Reader(byte* data, long bytes);

    /// <summary>Allocates room for the bytes.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory for it.</exception>
    public Message(long length)
    {
        Length = length;
        if (length <= LargestPooled)
        {
            _pooled = ArrayPool<byte>.Shared.Rent((int)length);
        }
        else
        {
            _native = (byte*)NativeMemory.Alloc((nuint)length);
        }
    }

    public long Length { get; }

    /// <summary>Who wrote it. What came over a socket has no stamp if it was sent as bytes.</summary>
    public PayloadSource Source { get; init; }

    /// <summary>The shared objects to which it refers, open in this process until this is disposed.</summary>
    public ReceivedHandle[]? Carried { get; set; }

    public readonly ReadOnlySpan<byte> Bytes =>
        _pooled is null ? new ReadOnlySpan<byte>(_native, checked((int)Length)) : _pooled.AsSpan(0, (int)Length);

    /// <summary>The length of a message that was sent as bytes.</summary>
    /// <exception cref="PayloadException">It was sent as a value.</exception>
    public readonly long PlainLength
    {
        get
        {
            if (Source == PayloadSource.Peer)
            {
                return Length;
            }

            TypeStamp.CheckBytes(Length < sizeof(ulong) ? 0 : BitConverter.ToUInt64(Bytes));
            return Length - sizeof(ulong);
        }
    }

    /// <summary>The message sent as bytes.</summary>
    /// <exception cref="PayloadException">It was sent as a value.</exception>
    public readonly ReadOnlySpan<byte> PlainBytes => Bytes[^(int)PlainLength..];

    /// <summary>The room for the bytes from there on; of a long message, for the first 2 GiB of them.</summary>
    public readonly Span<byte> RoomFrom(long start) => _pooled is null
        ? new Span<byte>(_native + start, (int)Math.Min(Length - start, int.MaxValue))
        : _pooled.AsSpan((int)start, (int)(Length - start));

    public readonly void Fill(ref RingSpan source)
    {
        fixed (byte* pooled = _pooled)
        {
            source.Read(_pooled is null ? _native : pooled, Length);
        }
    }

    /// <exception cref="PayloadException">It cannot be rebuilt here.</exception>
    public readonly T Read<T>()
    {
        fixed (byte* pooled = _pooled)
        {
            var reader = new PayloadReader(_pooled is null ? _native : pooled, Length, Source);
            return Source == PayloadSource.Peer && IsPickle() ? throw PickleRefused(typeof(T)) : Payload.Read<T>(ref reader);
        }
    }

    /// <summary>Whether it is what Python's <c>send</c> sends: the opcode of the protocol, its number, and the final full stop.</summary>
    private readonly bool IsPickle()
    {
        const byte Protocol = 0x80;
        const byte NewestProtocol = 5;
        const byte Stop = (byte)'.';
        return Length >= 3 && RoomFrom(0) is [Protocol, >= 2 and <= NewestProtocol, ..] && RoomFrom(Length - 1)[0] == Stop;
    }

    private static PayloadException PickleRefused(Type wanted) =>
        new(
            $"A value of type {TypeText.Of(wanted)} was expected, and a pickle came: a Python program has sent it with send(). Have it " +
            "send bytes (send_bytes), and receive them with RecvBytes.");

    /// <summary>Passes the bytes to the caller's own reader.</summary>
    public readonly void Use(Reader read)
    {
        fixed (byte* pooled = _pooled)
        {
            read(_pooled is null ? _native : pooled, Length);
        }
    }

    public void Dispose()
    {
        foreach (ReceivedHandle opened in Carried ?? [])
        {
            opened.Dispose();
        }

        if (_pooled is not null)
        {
            ArrayPool<byte>.Shared.Return(_pooled);
        }

        NativeMemory.Free(_native);
        this = default;
    }
}
