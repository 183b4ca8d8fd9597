using System.Buffers;

namespace Braid.Multiprocessing;

/// <summary>The target of a payload of unknown size: a small array, and memory of another kind once the array is too small.</summary>
/// <remarks>
/// One thread at a time. Buffers that do not spill: those with a limit that never move (<see cref="LimitedBuffer"/>,
/// <see cref="ItemStream"/>), and those that grow by chunks of the pool because they have no large memory of their own
/// (<see cref="MessageBuffer"/>).
/// </remarks>
internal abstract unsafe class SpillBuffer : IBufferWriter<byte>
{
    private readonly byte[] _small = new byte[Channel.InlineBytes];
    private byte* _large;    // null until the array is too small
    private long _room;      // of the large memory

    /// <summary>Bytes written so far.</summary>
    protected long Written { get; private set; }

    protected bool HasSpilled => _large is not null;

    /// <summary>The bytes written, if they have not spilled.</summary>
    protected ReadOnlySpan<byte> Small => _small.AsSpan(0, (int)Written);

    public void Advance(int count) => Written += count;

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (_large is null)
        {
            int left = _small.Length - (int)Written;
            if (left >= Math.Max(1, sizeHint))
            {
                return _small.AsSpan((int)Written);
            }

            byte* large = Spill(out _room);
            Small.CopyTo(new Span<byte>(large, _small.Length));
            _large = large;
        }

        long room = _room - Written;
        return room >= Math.Max(1, sizeHint) ? new Span<byte>(_large + Written, (int)Math.Min(room, int.MaxValue)) : throw TooLong(_room);
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException("This memory is not managed; use spans.");

    /// <summary>Empties the buffer. The large memory belongs to whoever has it.</summary>
    protected void Reset()
    {
        _large = null;
        Written = 0;
    }

    /// <summary>Provides memory for what has been written so far and for what will be.</summary>
    /// <param name="room">How many bytes it has: more than the array.</param>
    protected abstract byte* Spill(out long room);

    /// <summary>The exception for a payload that exceeds the large memory.</summary>
    protected abstract PayloadException TooLong(long room);
}

/// <summary>The buffer for a request whose worker is not yet known: it spills into a lent segment.</summary>
internal sealed unsafe class RequestBuffer : SpillBuffer
{
    [ThreadStatic]
    private static RequestBuffer? t_spare;

    private Segment? _lent;

    /// <summary>An empty buffer; the calling thread's own if it has one.</summary>
    public static RequestBuffer Take()
    {
        RequestBuffer buffer = t_spare ?? new RequestBuffer();
        t_spare = null;
        return buffer;
    }

    /// <summary>Takes the bytes out; the buffer is then empty and can be used again.</summary>
    public RequestPayload Finish()
    {
        RequestPayload payload = _lent is null ? new RequestPayload(Small.ToArray()) : new RequestPayload(_lent, Written);
        _lent = null;
        Reset();
        t_spare = this;
        return payload;
    }

    /// <summary>Discards what was written.</summary>
    public void Drop() => Finish().Dispose();

    protected override byte* Spill(out long room)
    {
        _lent = Arena.Shared.Lend();
        room = _lent.DataBytes;
        return _lent.Data;
    }

    protected override PayloadException TooLong(long room) =>
        new(
            $"What is to be sent to another process is larger than {Arena.SegmentBytes:N0} bytes. Put it into an Array<T>, which travels " +
            "as a handle.");
}

/// <summary>The bytes of a request, in an array or in a lent segment. The sender disposes it when the receiver is done.</summary>
internal sealed class RequestPayload : IDisposable
{
    private Segment? _segment;   // by the owner; null once returned

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

    /// <summary>Returns the same bytes in a lent segment.</summary>
    public unsafe RequestPayload ToSegment()
    {
        Segment lent = Arena.Shared.Lend();
        Inline.CopyTo(new Span<byte>(lent.Data, Inline!.Length));
        return new RequestPayload(lent, Bytes);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _segment, null) is Segment segment)   // returned once, whichever thread ends the request
        {
            Arena.Shared.TakeBack(segment, Bytes);
        }
    }
}

/// <summary>The buffer for a worker's response: it spills directly into the large ring.</summary>
/// <remarks>Used by one thread at a time, guarded by the worker's lock for sending.</remarks>
internal sealed unsafe class ResponseBuffer(Channel channel) : SpillBuffer
{
    private RingMessage* _large;   // reserved, if it has spilled

    /// <summary>Discards what was written: a message that is reserved and not committed does not exist.</summary>
    public void Clear() => Reset();

    /// <summary>Sends what was written, and wakes the parent.</summary>
    public void Send(int kind, long id)
    {
        if (HasSpilled)
        {
            channel.Large.Commit(_large, Written, kind, id);
            kind |= FrameKind.InLargeRing;
            Reset();   // the bytes are in the large ring; the message here only announces them
        }

        var waiting = default(SpinWait);
        RingMessage* message;
        while ((message = channel.Responses.Reserve(Written, out _)) is null)
        {
            waiting.SpinOnce();   // a megabyte of responses is unread: the parent is about to read them
        }

        Small.CopyTo(new Span<byte>(RingMessage.Data(message), (int)Written));
        channel.Responses.Commit(message, Written, kind, id);
        Reset();
        channel.WakeParent();
    }

    protected override byte* Spill(out long room)
    {
        var waiting = default(SpinWait);
        while ((_large = channel.Large.Reserve(2 * Channel.InlineBytes, out room)) is null)
        {
            waiting.SpinOnce();   // the parent is about to read the unread messages
        }

        return RingMessage.Data(_large);
    }

    protected override PayloadException TooLong(long room) =>
        new($"A result of more than {room:N0} bytes cannot be sent to the parent. Put it into an Array<T>, which travels as a handle.");
}
