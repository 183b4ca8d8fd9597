using System.Buffers;

namespace Braid.Multiprocessing;

internal sealed partial class SocketTransport
{
    private const int LongestCopied = 16 * 1024;   // up to here header and message leave by one call, as CPython's do
    private const int TlsPiece = 16 * 1024;        // what fits into one record

    private bool _isMidMessage;   // guarded by _sending: a part of a message was sent, and the rest was not
    private bool _isBroken;       // guarded by _sending: the peer receives nothing more

    public override bool Send(MessageBuffer message, CancellationToken token) => Send(message, default, Deadline.Never, token);

    public override bool SendBytes(ReadOnlySpan<byte> bytes, CancellationToken token) => Send(null, bytes, Deadline.Never, token);

    /// <inheritdoc cref="ConnectionTransport.SendBytes"/>
    /// <exception cref="TimeoutException">The time was up.</exception>
    public bool SendBytes(ReadOnlySpan<byte> bytes, Deadline deadline, CancellationToken token) => Send(null, bytes, deadline, token);

    public override ValueTask<bool> SendAsync(MessageBuffer message, CancellationToken token) =>
        SendAsync(message, default, Deadline.Never, token);

    public override ValueTask<bool> SendBytesAsync(ReadOnlyMemory<byte> bytes, CancellationToken token) =>
        SendAsync(null, bytes, Deadline.Never, token);

    /// <inheritdoc cref="ConnectionTransport.SendBytes"/>
    /// <exception cref="TimeoutException">The time was up.</exception>
    public ValueTask<bool> SendBytesAsync(ReadOnlyMemory<byte> bytes, Deadline deadline, CancellationToken token) =>
        SendAsync(null, bytes, deadline, token);

    /// <summary>Sends what is in the buffer, or the bytes if there is none.</summary>
    private bool Send(MessageBuffer? buffer, ReadOnlySpan<byte> bytes, Deadline deadline, CancellationToken token)
    {
        ThrowIfLate(_sending.TryAcquire(deadline.Left, token));
        byte[]? frame = null;
        try
        {
            if (!MayBegin())
            {
                return false;
            }

            frame = Begin(buffer, bytes, out int begun, out bool isWhole);
            bool isSent = Write(frame.AsSpan(0, begun), moreFollows: !isWhole, deadline, token);
            if (!isWhole)
            {
                for (int i = 0; isSent && buffer is not null && i < buffer.PieceCount; i++)
                {
                    isSent = Write(buffer.Piece(i).Span, moreFollows: false, deadline, token);
                }

                isSent = isSent && (buffer is not null || Write(bytes, moreFollows: false, deadline, token));
            }

            return End(isSent);
        }
        finally
        {
            Leave(frame);
        }
    }

    /// <inheritdoc cref="Send(MessageBuffer?, ReadOnlySpan{byte}, Deadline, CancellationToken)"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<bool> SendAsync(
        MessageBuffer? buffer, ReadOnlyMemory<byte> bytes, Deadline deadline, CancellationToken token)
    {
        ThrowIfLate(await _sending.TryAcquireAsync(deadline.Left, token).ConfigureAwait(false));
        byte[]? frame = null;
        try
        {
            if (!MayBegin())
            {
                return false;
            }

            frame = Begin(buffer, bytes.Span, out int begun, out bool isWhole);
            bool isSent = await WriteAsync(frame.AsMemory(0, begun), moreFollows: !isWhole, deadline, token).ConfigureAwait(false);
            if (!isWhole)
            {
                for (int i = 0; isSent && buffer is not null && i < buffer.PieceCount; i++)
                {
                    isSent = await WriteAsync(buffer.Piece(i), moreFollows: false, deadline, token).ConfigureAwait(false);
                }

                isSent = isSent
                    && (buffer is not null || await WriteAsync(bytes, moreFollows: false, deadline, token).ConfigureAwait(false));
            }

            return End(isSent);
        }
        finally
        {
            Leave(frame);
        }
    }

    /// <summary>The header, and the message too if it is short.</summary>
    /// <param name="buffer">The message, or null.</param>
    /// <param name="bytes">The message, if there is no buffer.</param>
    /// <param name="begun">How many bytes of what is returned to write.</param>
    /// <param name="isWhole">Whether the message is among them.</param>
    /// <returns>An array from the shared pool.</returns>
    private static byte[] Begin(MessageBuffer? buffer, ReadOnlySpan<byte> bytes, out int begun, out bool isWhole)
    {
        long length = buffer?.Length ?? bytes.Length;
        isWhole = length <= LongestCopied;
        byte[] frame = ArrayPool<byte>.Shared.Rent(LongestHeader + (isWhole ? (int)length : 0));
        begun = WriteHeader(frame, length);
        if (isWhole)
        {
            bytes.CopyTo(frame.AsSpan(begun));
            begun += bytes.Length;
            for (int i = 0; i < buffer?.PieceCount; i++)
            {
                buffer.Piece(i).Span.CopyTo(frame.AsSpan(begun));
                begun += buffer.Piece(i).Length;
            }
        }

        return frame;
    }

    private static void ThrowIfLate(bool isInTime)
    {
        if (!isInTime)
        {
            throw new TimeoutException("The peer did not receive in time.");
        }
    }

    /// <summary>Whether a message can be sent. Under the lock.</summary>
    /// <returns>False if the peer receives nothing more.</returns>
    /// <exception cref="IOException">A message was sent in part.</exception>
    private bool MayBegin()
    {
        ThrowIfClosed();
        return !_isBroken && (!_isMidMessage ? true : throw new IOException(
            "The sender of an earlier message gave up when a part of it was sent, and the peer waits for the rest. Nothing more can be " +
            "sent over this connection: close it."));
    }

    private bool End(bool isSent)
    {
        _isMidMessage = false;
        _isBroken |= !isSent;
        return isSent;
    }

    private void Leave(byte[]? frame)
    {
        _sending.Release();
        if (frame is not null)
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    /// <summary>Writes a part of a message. Under the lock.</summary>
    /// <returns>False if the peer receives nothing more.</returns>
    private bool Write(ReadOnlySpan<byte> plain, bool moreFollows, Deadline deadline, CancellationToken token)
    {
        do
        {
            ReadOnlySpan<byte> rest = Encode(ref plain);
            while (rest.Length > 0)
            {
                _owesAcknowledgement = false;
                int sent = SocketCalls.Send(_socket, rest, moreFollows);
                if (sent >= 0)
                {
                    _isMidMessage = true;
                    rest = rest[sent..];
                }
                else if (sent != -Errno.TryAgain)
                {
                    return IsGone(-sent);
                }
                else
                {
                    ThrowIfLate(_watch.WaitToSend(deadline, token));
                }
            }
        }
        while (plain.Length > 0);
        return true;
    }

    /// <inheritdoc cref="Write"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> plain, bool moreFollows, Deadline deadline, CancellationToken token)
    {
        do
        {
            ReadOnlyMemory<byte> rest = Encode(ref plain);
            while (rest.Length > 0)
            {
                _owesAcknowledgement = false;
                int sent = SocketCalls.Send(_socket, rest.Span, moreFollows);
                if (sent >= 0)
                {
                    _isMidMessage = true;
                    rest = rest[sent..];
                }
                else if (sent != -Errno.TryAgain)
                {
                    return IsGone(-sent);
                }
                else
                {
                    ThrowIfLate(await _watch.WaitToSendAsync(deadline.Left, token).ConfigureAwait(false));
                }
            }
        }
        while (plain.Length > 0);
        return true;
    }

    /// <summary>Takes from the plain bytes what is written next, as it goes over the wire.</summary>
    private ReadOnlySpan<byte> Encode(ref ReadOnlySpan<byte> plain)
    {
        ReadOnlySpan<byte> next = plain[..Math.Min(plain.Length, _tls is null ? plain.Length : TlsPiece)];
        plain = plain[next.Length..];
        return _tls is null ? next : Encrypt(next).Span;
    }

    /// <inheritdoc cref="Encode(ref ReadOnlySpan{byte})"/>
    private ReadOnlyMemory<byte> Encode(ref ReadOnlyMemory<byte> plain)
    {
        ReadOnlyMemory<byte> next = plain[..Math.Min(plain.Length, _tls is null ? plain.Length : TlsPiece)];
        plain = plain[next.Length..];
        return _tls is null ? next : Encrypt(next.Span);
    }

    private ReadOnlyMemory<byte> Encrypt(ReadOnlySpan<byte> plain)
    {
        _isMidMessage = true;   // its record has a number, so it can be left out no more
        return _tls!.Encrypt(plain);
    }

    /// <returns>False: the peer receives nothing more.</returns>
    /// <exception cref="IOException">The connection failed in another way.</exception>
    private bool IsGone(int error)
    {
        ThrowIfClosed();   // by which it was shut down, perhaps
        return error is Errno.BrokenPipe or Errno.ConnectionReset ? false : throw Broken(error);
    }
}
