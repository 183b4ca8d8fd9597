namespace Braid.Multiprocessing;

public sealed partial class Connection
{
    /// <summary>Sends a value, blocking while more than 1 MiB is unread.</summary>
    /// <typeparam name="T">The type as which it must be received. The value may be of a derived type and arrives complete.</typeparam>
    /// <param name="value">The value. It is serialised before the call waits.</param>
    /// <param name="token">Ends the wait; nothing is sent.</param>
    /// <exception cref="PayloadException">The value cannot travel, or is too large.</exception>
    /// <exception cref="IOException">No living process has the other end open.</exception>
    /// <exception cref="InvalidOperationException">This end only receives.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="ObjectDisposedException">The connection was closed, before or during the wait.</exception>
    public void Send<T>(T value, CancellationToken token = default)
    {
        PipeTransport transport = Writing;
        using MessageBuffer message = Write(value);
        ThrowIfBroken(transport.Send(message, token));
    }

    /// <summary>Sends a value, waiting without blocking the thread while more than 1 MiB is unread.</summary>
    /// <inheritdoc cref="Send" path="/typeparam"/>
    /// <inheritdoc cref="Send" path="/param"/>
    /// <inheritdoc cref="Send" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask SendAsync<T>(T value, CancellationToken token = default)
    {
        PipeTransport transport = Writing;
        using MessageBuffer message = Write(value);
        ThrowIfBroken(await transport.SendAsync(message, token).ConfigureAwait(false));
    }

    /// <summary>Sends bytes as one message, blocking while more than 1 MiB is unread.</summary>
    /// <param name="bytes">The bytes; there may be none.</param>
    /// <param name="token">Ends the wait; nothing is sent.</param>
    /// <inheritdoc cref="Send" path="/exception"/>
    public void SendBytes(ReadOnlySpan<byte> bytes, CancellationToken token = default)
    {
        PipeTransport transport = Writing;
        using MessageBuffer message = Copy(bytes);
        ThrowIfBroken(transport.Send(message, token));
    }

    /// <summary>Sends a part of a buffer as one message, blocking while more than 1 MiB is unread.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="size">The number of bytes; null for the rest of the buffer.</param>
    /// <param name="token">Ends the wait; nothing is sent.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie in the buffer.</exception>
    /// <inheritdoc cref="Send" path="/exception"/>
    public void SendBytes(ReadOnlySpan<byte> buffer, int offset, int? size = null, CancellationToken token = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, buffer.Length);
        if (size is int count)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(count, nameof(size));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(count, buffer.Length - offset, nameof(size));
        }

        SendBytes(buffer.Slice(offset, size ?? buffer.Length - offset), token);
    }

    /// <summary>Sends bytes as one message, waiting without blocking the thread while more than 1 MiB is unread.</summary>
    /// <param name="bytes">The bytes; there may be none. They are copied before the call waits.</param>
    /// <param name="token">Ends the wait; nothing is sent.</param>
    /// <inheritdoc cref="Send" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask SendBytesAsync(ReadOnlyMemory<byte> bytes, CancellationToken token = default)
    {
        PipeTransport transport = Writing;
        using MessageBuffer message = Copy(bytes.Span);
        ThrowIfBroken(await transport.SendAsync(message, token).ConfigureAwait(false));
    }

    private static void ThrowIfBroken(bool isSent)
    {
        if (!isSent)
        {
            throw new IOException(
                "The pipe is broken: no live process has its other end open, so the message was not sent. Every process that had it has " +
                "closed it or ended.");
        }
    }

    private static MessageBuffer Write<T>(T value)
    {
        HandlesInTransit.Prune();
        return MessageBuffer.Of(value);
    }

    private static MessageBuffer Copy(ReadOnlySpan<byte> bytes)
    {
        HandlesInTransit.Prune();
        var message = MessageBuffer.Rent();
        message.Writer.WriteRaw(TypeStamp.Bytes);
        message.Writer.WriteBytes(bytes);
        return message;
    }
}
