namespace Braid.Multiprocessing;

public sealed partial class Connection
{
    /// <summary>Sends a value, blocking while there is no room for it.</summary>
    /// <typeparam name="T">The type as which it must be received. The value may be of a derived type and arrives complete.</typeparam>
    /// <param name="value">The value. It is serialised before the call waits.</param>
    /// <param name="token">
    /// Ends the wait; nothing is sent. Over a socket a part may be sent: then the connection can send no more, and says so.
    /// </param>
    /// <exception cref="PayloadException">The value cannot travel, or is too large.</exception>
    /// <exception cref="IOException">
    /// No living process has the other end open; or the connection is broken, or an earlier message was sent only in part.
    /// </exception>
    /// <exception cref="InvalidOperationException">This end only receives.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="ObjectDisposedException">The connection was closed, before or during the wait.</exception>
    public void Send<T>(T value, CancellationToken token = default)
    {
        ConnectionTransport transport = Writing;
        using MessageBuffer message = Write(value, transport.IsPlain);
        ThrowIfBroken(transport, transport.Send(message, token));
    }

    /// <summary>Sends a value, waiting without blocking the thread while there is no room for it.</summary>
    /// <inheritdoc cref="Send" path="/typeparam"/>
    /// <inheritdoc cref="Send" path="/param"/>
    /// <inheritdoc cref="Send" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask SendAsync<T>(T value, CancellationToken token = default)
    {
        ConnectionTransport transport = Writing;
        using MessageBuffer message = Write(value, transport.IsPlain);
        ThrowIfBroken(transport, await transport.SendAsync(message, token).ConfigureAwait(false));
    }

    /// <summary>Sends bytes as one message, blocking while there is no room for them.</summary>
    /// <param name="bytes">The bytes; there may be none.</param>
    /// <param name="token">Ends the wait; nothing is sent.</param>
    /// <inheritdoc cref="Send" path="/exception"/>
    public void SendBytes(ReadOnlySpan<byte> bytes, CancellationToken token = default)
    {
        ConnectionTransport transport = Writing;
        HandlesInTransit.Prune();
        ThrowIfBroken(transport, transport.SendBytes(bytes, token));
    }

    /// <summary>Sends a part of a buffer as one message, blocking while there is no room for it.</summary>
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

    /// <summary>Sends bytes as one message, waiting without blocking the thread while there is no room for them.</summary>
    /// <param name="bytes">
    /// The bytes; there may be none. A pipe copies them before the call waits; over a socket they must not change until the task is
    /// complete.
    /// </param>
    /// <param name="token">Ends the wait; nothing is sent.</param>
    /// <inheritdoc cref="Send" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask SendBytesAsync(ReadOnlyMemory<byte> bytes, CancellationToken token = default)
    {
        ConnectionTransport transport = Writing;
        HandlesInTransit.Prune();
        ThrowIfBroken(transport, await transport.SendBytesAsync(bytes, token).ConfigureAwait(false));
    }

    private static void ThrowIfBroken(ConnectionTransport transport, bool isSent)
    {
        if (!isSent)
        {
            throw new IOException(transport.BrokenText);
        }
    }

    private static MessageBuffer Write<T>(T value, bool isPlain)
    {
        HandlesInTransit.Prune();
        return isPlain ? MessageBuffer.OfPlain(value) : MessageBuffer.Of(value);
    }
}
