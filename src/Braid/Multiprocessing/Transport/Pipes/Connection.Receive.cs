using System.Diagnostics.CodeAnalysis;

namespace Braid.Multiprocessing;

public sealed partial class Connection
{
    /// <summary>Receives a value, blocking until there is one.</summary>
    /// <typeparam name="T">Exactly the type as which it was sent: the one declared at <c>Send</c>, not a base of it.</typeparam>
    /// <param name="token">Ends the wait; nothing is received.</param>
    /// <exception cref="EndOfStreamException">
    /// No living process has the other end open, and everything that was sent has been received.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// The peer of a socket has announced too long a message, or none at all. The connection was closed.
    /// </exception>
    /// <exception cref="PayloadException">
    /// The message was sent as another type, which the exception names, or as bytes, or cannot be rebuilt here. It is removed; the messages
    /// after it can be received.
    /// </exception>
    /// <exception cref="IOException">The connection is broken, or has ended within a message.</exception>
    /// <exception cref="InvalidOperationException">This end only sends.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="ObjectDisposedException">The connection was closed, before or during the wait.</exception>
    public T Recv<T>(CancellationToken token = default)
    {
        using Message message = Receive(token);
        return message.Read<T>();
    }

    /// <summary>Receives a value, waiting without blocking the thread until there is one.</summary>
    /// <inheritdoc cref="Recv" path="/typeparam"/>
    /// <inheritdoc cref="Recv" path="/param"/>
    /// <inheritdoc cref="Recv" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<T> RecvAsync<T>(CancellationToken token = default)
    {
        using Message message = await ReceiveAsync(token);
        return message.Read<T>();
    }

    /// <summary>Receives a value, blocking until there is one or the time is up.</summary>
    /// <param name="value">The value.</param>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, tries once; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait; nothing is received.</param>
    /// <returns>Whether there was one; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="Recv" path="/typeparam"/>
    /// <inheritdoc cref="Recv" path="/exception"/>
    public bool TryRecv<T>([MaybeNullWhen(false)] out T value, TimeSpan timeout = default, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        ConnectionTransport transport = Reading;
        HandlesInTransit.Prune();
        bool isReceived = IsReceived(transport, transport.Receive(out Message message, timeout, token));
        using (message)
        {
            value = isReceived ? message.Read<T>() : default;
        }

        return isReceived;
    }

    /// <summary>
    /// Receives a value, waiting without blocking the thread until there is one or the time is up: <c>if (await
    /// c.TryRecvAsync&lt;int&gt;(timeout) is (true, var value))</c>.
    /// </summary>
    /// <param name="timeout">How long to wait at most; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.</param>
    /// <param name="token">Ends the wait; nothing is received.</param>
    /// <returns>Whether there was one, and the value; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="Recv" path="/typeparam"/>
    /// <inheritdoc cref="Recv" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<(bool Success, T Value)> TryRecvAsync<T>(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        ConnectionTransport transport = Reading;
        HandlesInTransit.Prune();
        (RingOutcome outcome, Message message) = await transport.ReceiveAsync(timeout, token);
        using (message)
        {
            return IsReceived(transport, outcome) ? (true, message.Read<T>()) : default;
        }
    }

    /// <summary>Receives one message as bytes, blocking until there is one.</summary>
    /// <param name="maxlength">The maximum length; null for any length that an array can have.</param>
    /// <param name="token">Ends the wait; nothing is received.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxlength"/> is negative.</exception>
    /// <exception cref="IOException">
    /// The message is longer. It is skipped, and the connection stays usable. Or the connection is broken.
    /// </exception>
    /// <exception cref="PayloadException">
    /// It was sent as a value and not as bytes. It is removed. A socket does not tell them apart, and gives the bytes of the value.
    /// </exception>
    /// <exception cref="EndOfStreamException">
    /// No living process has the other end open, and everything that was sent has been received.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// The peer of a socket has announced too long a message, or none at all. The connection was closed.
    /// </exception>
    /// <exception cref="InvalidOperationException">This end only sends.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="ObjectDisposedException">The connection was closed, before or during the wait.</exception>
    public byte[] RecvBytes(int? maxlength = null, CancellationToken token = default)
    {
        CheckLength(maxlength);
        using Message message = Receive(token);
        return Bytes(message, maxlength);
    }

    /// <summary>Receives one message as bytes, waiting without blocking the thread until there is one.</summary>
    /// <inheritdoc cref="RecvBytes" path="/param"/>
    /// <inheritdoc cref="RecvBytes" path="/exception"/>
    public ValueTask<byte[]> RecvBytesAsync(int? maxlength = null, CancellationToken token = default)
    {
        CheckLength(maxlength);
        return Wait();

        [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
        async ValueTask<byte[]> Wait()
        {
            using Message message = await ReceiveAsync(token);
            return Bytes(message, maxlength);
        }
    }

    /// <summary>Receives one message, and has its bytes read where they are, without a copy.</summary>
    /// <param name="maxlength">As for <see cref="RecvBytes"/>.</param>
    /// <param name="state">What to give to the reader.</param>
    /// <param name="read">Makes the result of the bytes, which are gone when it returns. Code of the user may run in it.</param>
    /// <param name="token">Ends the wait; nothing is received.</param>
    internal TResult RecvInPlace<TState, TResult>(
        int maxlength, TState state, MessageReader<TState, TResult> read, CancellationToken token)
    {
        using Message message = Receive(token);
        return read(BytesIn(message, maxlength), state);
    }

    /// <inheritdoc cref="RecvInPlace"/>
    /// <remarks>The reader runs in the caller's context.</remarks>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    internal async ValueTask<TResult> RecvInPlaceAsync<TState, TResult>(
        int maxlength, TState state, MessageReader<TState, TResult> read, CancellationToken token)
    {
        using Message message = await ReceiveAsync(token);
        return read(BytesIn(message, maxlength), state);
    }

    /// <summary>Receives one message into a buffer, blocking until there is one.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="token">Ends the wait; nothing is received.</param>
    /// <returns>How many bytes the message had.</returns>
    /// <exception cref="BufferTooShortException">The message is longer than the buffer; the exception contains it.</exception>
    /// <inheritdoc cref="Recv" path="/exception"/>
    public int RecvBytesInto(Span<byte> buffer, CancellationToken token = default)
    {
        using Message message = Receive(token);
        return CopyTo(buffer, message);
    }

    /// <summary>Receives one message into a buffer, waiting without blocking the thread until there is one.</summary>
    /// <inheritdoc cref="RecvBytesInto" path="/param"/>
    /// <inheritdoc cref="RecvBytesInto" path="/returns"/>
    /// <inheritdoc cref="RecvBytesInto" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<int> RecvBytesIntoAsync(Memory<byte> buffer, CancellationToken token = default)
    {
        using Message message = await ReceiveAsync(token);
        return CopyTo(buffer.Span, message);
    }

    private static int CopyTo(Span<byte> buffer, in Message message)
    {
        if (message.PlainLength > buffer.Length)
        {
            throw new BufferTooShortException(Bytes(message, null), buffer.Length);
        }

        message.PlainBytes.CopyTo(buffer);
        return (int)message.PlainLength;
    }

    private static byte[] Bytes(in Message message, int? maxlength) => BytesIn(message, maxlength).ToArray();

    private static ReadOnlySpan<byte> BytesIn(in Message message, int? maxlength)
    {
        if (message.PlainLength > (maxlength ?? Array.MaxLength))
        {
            throw new IOException(
                $"The message has {message.PlainLength:N0} bytes, and at most {maxlength ?? Array.MaxLength:N0} were to be received. It " +
                "was skipped; the connection can be used on.");
        }

        return message.PlainBytes;
    }

    private static void CheckLength(int? maxlength)
    {
        if (maxlength is int length)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(maxlength));
        }
    }

    private static bool IsReceived(ConnectionTransport transport, RingOutcome outcome) =>
        outcome == RingOutcome.Ended ? throw new EndOfStreamException(transport.EndText) : outcome == RingOutcome.Done;

    private Message Receive(CancellationToken token)
    {
        ConnectionTransport transport = Reading;
        HandlesInTransit.Prune();
        IsReceived(transport, transport.Receive(out Message message, Timeout.InfiniteTimeSpan, token));
        return message;
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<Message> ReceiveAsync(CancellationToken token)
    {
        ConnectionTransport transport = Reading;
        HandlesInTransit.Prune();
        (RingOutcome outcome, Message message) =
            await transport.ReceiveAsync(Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);
        IsReceived(transport, outcome);
        return message;
    }
}
