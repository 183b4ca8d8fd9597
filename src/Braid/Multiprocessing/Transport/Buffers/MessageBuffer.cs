using System.Buffers;

namespace Braid.Multiprocessing;

/// <summary>A message that is being written, in chunks of pooled memory, before it is put into a ring.</summary>
/// <remarks>
/// One thread at a time. Each thread keeps one buffer with its first chunk, so that small messages take nothing from the pool.
/// </remarks>
internal sealed class MessageBuffer : IBufferWriter<byte>, IDisposable
{
    private const int SmallestPiece = 1024;
    private const int LargestPiece = 1024 * 1024;
    private const int KeptPiece = 128 * 1024;

    [ThreadStatic]
    private static MessageBuffer? t_spare;

    private readonly List<ArraySegment<byte>> _full = [];
    private PayloadWriter? _writer;
    private byte[] _piece = ArrayPool<byte>.Shared.Rent(SmallestPiece);
    private int _used;
    private long _fullBytes;

    private MessageBuffer()
    {
    }

    /// <summary>Bytes written so far.</summary>
    public long Length => _fullBytes + _used;

    /// <summary>The writer for values; its leases belong to this message.</summary>
    public PayloadWriter Writer => _writer ??= new PayloadWriter(this);

    /// <summary>The number of shared objects to which the message refers.</summary>
    public int CarriedCount => _writer?.Carried?.Count ?? 0;

    /// <summary>The number of pieces in which the bytes lie.</summary>
    public int PieceCount => _full.Count + 1;

    public List<Lease> Carried => _writer?.Carried ?? [];

    public static MessageBuffer Rent()
    {
        MessageBuffer? spare = t_spare;
        t_spare = null;
        return spare ?? new MessageBuffer();
    }

    /// <summary>Creates a message with a value.</summary>
    /// <exception cref="PayloadException">The value cannot travel, or is too large.</exception>
    public static MessageBuffer Of<T>(T value)
    {
        MessageBuffer message = Write(value, PayloadSource.Program);
        try
        {
            MessageRing.CheckFits(message);
            return message;
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    /// <summary>Creates a message with a value for a receiver that accepts plain data only: no name of a type or a method.</summary>
    /// <exception cref="PayloadException">The value cannot travel.</exception>
    public static MessageBuffer OfPlain<T>(T value) => Write(value, PayloadSource.Peer);

    public ReadOnlyMemory<byte> Piece(int index) => index < _full.Count ? _full[index] : _piece.AsMemory(0, _used);

    private static MessageBuffer Write<T>(T value, PayloadSource source)
    {
        MessageBuffer message = Rent();
        try
        {
            message.Writer.Source = source;
            Payload.Write(message.Writer, value);
            return message;
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    public void Advance(int count) => _used += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Require(sizeHint);
        return _piece.AsMemory(_used);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Require(sizeHint);
        return _piece.AsSpan(_used);
    }

    /// <summary>Copies the message.</summary>
    public void CopyTo(ref RingSpan target)
    {
        foreach (ArraySegment<byte> piece in _full)
        {
            target.Write(piece);
        }

        target.Write(_piece.AsSpan(0, _used));
    }

    /// <summary>The leases of the shared objects to which the message refers, for their next owner.</summary>
    public List<Lease> TakeCarried()
    {
        List<Lease> carried = Carried;
        _writer?.Reset(this);
        return carried;
    }

    /// <summary>Returns the memory, and ends the leases that were not taken over. The object may be rented again.</summary>
    public void Dispose()
    {
        bool wasSmall = _full.Count == 0;
        long length = Length;
        _writer?.ReleaseCarried();
        foreach (ArraySegment<byte> piece in _full)
        {
            ArrayPool<byte>.Shared.Return(piece.Array!);
        }

        _full.Clear();
        (_used, _fullBytes) = (0, 0);
        _writer?.Reset(this);
        if (t_spare is null)
        {
            if (!wasSmall)
            {
                ArrayPool<byte>.Shared.Return(_piece);
                // The next message may be as long
                _piece = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(length, SmallestPiece, KeptPiece));
            }

            t_spare = this;
        }
    }

    private void Require(int sizeHint)
    {
        if (_piece.Length - _used < Math.Max(1, sizeHint))
        {
            _full.Add(new ArraySegment<byte>(_piece, 0, _used));
            _fullBytes += _used;
            _piece = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, Math.Min(LargestPiece, 2 * _piece.Length)));
            _used = 0;
        }
    }
}
