using System.Buffers;

namespace Braid.Multiprocessing;

/// <summary>Where a request is written before it is known which worker gets it: a small array, and when that is too small a lent segment.</summary>
internal sealed unsafe class RequestBuffer : IBufferWriter<byte>
{
    [ThreadStatic]
    private static RequestBuffer? t_spare;

    private readonly byte[] _small = new byte[Channel.InlineBytes];
    private Segment? _lent;
    private long _written;

    /// <summary>One that is empty; of the calling thread when it has one.</summary>
    public static RequestBuffer Take()
    {
        RequestBuffer buffer = t_spare ?? new RequestBuffer();
        t_spare = null;
        return buffer;
    }

    /// <summary>Takes out what was written; the buffer is empty and can be used again.</summary>
    public RequestPayload Finish()
    {
        RequestPayload payload = _lent is null ? new RequestPayload(_small.AsSpan(0, (int)_written).ToArray()) : new RequestPayload(_lent, _written);
        _lent = null;
        _written = 0;
        t_spare = this;
        return payload;
    }

    /// <summary>Throws away what was written.</summary>
    public void Drop() => Finish().Dispose();

    public void Advance(int count) => _written += count;

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (_lent is null)
        {
            int left = _small.Length - (int)_written;
            if (left >= Math.Max(1, sizeHint))
            {
                return _small.AsSpan((int)_written);
            }

            _lent = Arena.Shared.Lend();
            _small.AsSpan(0, (int)_written).CopyTo(new Span<byte>(_lent.Data, _small.Length));
        }

        long room = _lent.DataBytes - _written;
        return room >= Math.Max(1, sizeHint)
            ? new Span<byte>(_lent.Data + _written, (int)Math.Min(room, int.MaxValue))
            : throw new PayloadException($"What is to be sent to another process is larger than {Arena.SegmentBytes:N0} bytes. Put it into an Array<T>, which travels as a handle.");
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException("This memory is not managed; use spans.");
}

/// <summary>The bytes of a request, in an array or in a lent segment. Whoever sends it disposes it when the receiver is done.</summary>
internal sealed class RequestPayload : IDisposable
{
    private Segment? _segment;   // by the owner; null once taken back

    public RequestPayload(byte[] bytes)
    {
        Inline = bytes;
        Bytes = bytes.Length;
    }

    public RequestPayload(Segment segment, long bytes)
    {
        _segment = segment;
        Bytes = bytes;
    }

    public byte[]? Inline { get; }

    public long Bytes { get; }

    public Segment? Segment => _segment;

    /// <summary>The same bytes in a lent segment.</summary>
    public unsafe RequestPayload ToSegment()
    {
        Segment lent = Arena.Shared.Lend();
        Inline.CopyTo(new Span<byte>(lent.Data, Inline!.Length));
        return new RequestPayload(lent, Bytes);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _segment, null) is Segment segment)
        {
            Arena.Shared.TakeBack(segment, Bytes);
        }
    }
}

/// <summary>Where a worker writes a response: a small array, and when that is too small the large ring itself.</summary>
/// <remarks>Used by one thread at a time; the worker's lock for sending guards it.</remarks>
internal sealed unsafe class ResponseBuffer(Channel channel) : IBufferWriter<byte>
{
    private readonly byte[] _small = new byte[Channel.InlineBytes];
    private RingMessage* _large;
    private long _room;
    private long _written;

    public void Clear()
    {
        _large = null;   // what was reserved and not committed never was
        _written = 0;
    }

    public void Advance(int count) => _written += count;

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (_large is null)
        {
            int left = _small.Length - (int)_written;
            if (left >= Math.Max(1, sizeHint))
            {
                return _small.AsSpan((int)_written);
            }

            MoveToLarge();
        }

        long left64 = _room - _written;
        return left64 >= Math.Max(1, sizeHint)
            ? new Span<byte>(RingMessage.Data(_large) + _written, (int)Math.Min(left64, int.MaxValue))
            : throw new PayloadException($"A result of more than {_room:N0} bytes cannot be sent to the parent. Put it into an Array<T>, which travels as a handle.");
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException("This memory is not managed; use spans.");

    /// <summary>Sends what was written, and wakes the parent.</summary>
    public void Send(int kind, long id)
    {
        if (_large is not null)
        {
            channel.Large.Commit(_large, _written, kind, id);
            kind |= FrameKind.InLargeRing;
            _written = 0;   // the bytes are there; the message here only announces them
        }

        var waiting = default(SpinWait);
        RingMessage* message;
        while ((message = channel.Responses.Reserve(_written, out _)) is null)
        {
            waiting.SpinOnce();   // a megabyte of responses lies there: the parent is about to read them
        }

        _small.AsSpan(0, (int)_written).CopyTo(new Span<byte>(RingMessage.Data(message), (int)_written));
        channel.Responses.Commit(message, _written, kind, id);
        Clear();
        channel.WakeParent();
    }

    private void MoveToLarge()
    {
        var waiting = default(SpinWait);
        while ((_large = channel.Large.Reserve(_small.Length * 2, out _room)) is null)
        {
            waiting.SpinOnce();   // the parent is about to read what lies there
        }

        _small.AsSpan(0, (int)_written).CopyTo(new Span<byte>(RingMessage.Data(_large), _small.Length));
    }
}
