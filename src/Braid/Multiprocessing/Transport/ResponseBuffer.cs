using System.Buffers;

namespace Braid.Multiprocessing;

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
