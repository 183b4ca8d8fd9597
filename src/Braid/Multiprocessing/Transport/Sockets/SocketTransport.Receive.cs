using System.Buffers;
using System.Buffers.Binary;

namespace Braid.Multiprocessing;

internal sealed partial class SocketTransport
{
    private const int BufferBytes = 16 * 1024;

    // All of these are guarded by _receiving.
    private byte[]? _buffer;          // pooled; null while nothing is in it, but for a receiver that waits in the call
    private int _bufferStart;
    private int _bufferEnd;
    private Message _message;         // the next one, if its length is known
    private bool _hasLength;
    private long _filled;             // how many of the message's bytes have arrived
    private Func<Exception>? _readFailure;   // why nothing more can be received

    /// <summary>
    /// How often one attempt reads from the socket: so that a long message keeps neither its receiver from its deadline, nor the socket
    /// thread from other sockets. Tests set fewer, before the transport is used.
    /// </summary>
    public int ReadsPerAttempt { get; set; } = 64;

    // Over TCP: something has come since something was last sent. Set by the one that receives, after it has received; cleared by the one
    // that sends, before it sends: if the two meet, one acknowledgement too many is sent.
    private volatile bool _owesAcknowledgement;

    /// <summary>How often a receiver had TCP acknowledge at once. Written by the one that receives. For tests.</summary>
    internal int AcknowledgementCount { get; private set; }

    /// <inheritdoc cref="SocketCalls.AcknowledgesAtOnce"/>
    internal bool AcknowledgesAtOnce => SocketCalls.AcknowledgesAtOnce(_socket);

    private bool IsWithinMessage => _hasLength || _bufferStart < _bufferEnd;

    public override RingOutcome Receive(out Message message, TimeSpan timeout, CancellationToken token) =>
        Await(timeout, takes: true, out message, token);

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public override async ValueTask<(RingOutcome Outcome, Message Message)> ReceiveAsync(TimeSpan timeout, CancellationToken token)
    {
        var deadline = Deadline.After(timeout);
        if (!await _receiving.TryAcquireAsync(timeout, token).ConfigureAwait(false))
        {
            return (RingOutcome.Wait, default);
        }

        try
        {
            while (true)
            {
                RingOutcome outcome = TryFill();
                if (outcome != RingOutcome.Wait)
                {
                    return (outcome, Take(outcome));
                }

                Acknowledge();
                if (!await _watch.WaitToReceiveAsync(deadline.Left, token).ConfigureAwait(false))
                {
                    return (RingOutcome.Wait, default);
                }
            }
        }
        finally
        {
            EndReceiving();
        }
    }

    public override bool Poll(TimeSpan timeout, CancellationToken token) =>
        Await(timeout, takes: false, out _, token) != RingOutcome.Wait;

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public override async ValueTask<bool> PollAsync(TimeSpan timeout, CancellationToken token)
    {
        var deadline = Deadline.After(timeout);
        if (!await _receiving.TryAcquireAsync(timeout, token).ConfigureAwait(false))
        {
            return false;   // another caller waits for the next message, and is to get it
        }

        try
        {
            while (!IsReady())
            {
                Acknowledge();
                if (!await _watch.WaitToReceiveAsync(deadline.Left, token).ConfigureAwait(false))
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            EndReceiving();
        }
    }

    /// <summary>
    /// Waits until the peer has closed the connection or ended, while nothing is received. A message that comes first ends the wait too.
    /// </summary>
    /// <returns>Whether it has; false if a message came.</returns>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<bool> EndsAsync(CancellationToken token)
    {
        await _receiving.AcquireAsync(token).ConfigureAwait(false);
        try
        {
            while (true)
            {
                RingOutcome outcome = TryFill();
                if (outcome != RingOutcome.Wait)
                {
                    return outcome == RingOutcome.Ended;
                }

                Acknowledge();
                await _watch.WaitToReceiveAsync(Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or ObjectDisposedException)
        {
            return true;   // broken, or closed here
        }
        finally
        {
            EndReceiving();
        }
    }

    public override ISharedRule NewPoll() => new PollRule(this);

    /// <summary>Waits for the next message, and takes it if asked to.</summary>
    private RingOutcome Await(TimeSpan timeout, bool takes, out Message message, CancellationToken token)
    {
        var deadline = Deadline.After(timeout);
        bool waits = timeout == Timeout.InfiniteTimeSpan && !token.CanBeCanceled && _tls is null;   // else the wait must end by more
        message = default;
        if (!_receiving.TryAcquire(timeout, token))
        {
            return RingOutcome.Wait;
        }

        try
        {
            while (true)
            {
                RingOutcome outcome = takes ? TryFill(waits) : IsReady(waits) ? RingOutcome.Done : RingOutcome.Wait;
                if (outcome != RingOutcome.Wait)
                {
                    message = takes ? Take(outcome) : default;
                    return outcome;
                }

                if (timeout == TimeSpan.Zero)
                {
                    return RingOutcome.Wait;
                }

                Acknowledge();
                if (!_watch.WaitToReceive(deadline, token))
                {
                    return RingOutcome.Wait;
                }
            }
        }
        finally
        {
            EndReceiving();
        }
    }

    /// <summary>Whether a message, the end, or a failure is there for the next receiver.</summary>
    private bool IsReady(bool waits = false)
    {
        try
        {
            return TryFill(waits) != RingOutcome.Wait;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException && _readFailure is not null)
        {
            return true;
        }
    }

    /// <summary>Receives what is there of the next message. Under the lock.</summary>
    /// <param name="waits">Whether to block while there is nothing.</param>
    /// <returns>
    /// Done if it is complete; Ended if there will be none; Wait if the socket must be read again, because it is empty or was read often
    /// enough. Then all that was read is used up, but for an incomplete header or record of TLS: the socket becomes readable, or is, when
    /// there is more, so the caller may wait for that.
    /// </returns>
    /// <exception cref="IOException">The connection failed, or ended within a message.</exception>
    /// <exception cref="InvalidDataException">The peer does not keep to the protocol, or sends too long a message.</exception>
    private RingOutcome TryFill(bool waits = false)
    {
        ThrowIfClosed();
        if (_readFailure is not null)
        {
            throw _readFailure();
        }

        int readsLeft = ReadsPerAttempt;
        while (true)
        {
            if (_hasLength && _filled == _message.Length)
            {
                return RingOutcome.Done;
            }

            if (!_hasLength && TryBegin())
            {
                continue;
            }

            bool isLong = _hasLength && _message.Length - _filled >= BufferBytes;
            int count = isLong ? Read(_message.RoomFrom(_filled), waits, ref readsLeft) : FillBuffer(waits, ref readsLeft);
            if (count == -Errno.TryAgain)
            {
                ReturnEmptyBuffer();
                return RingOutcome.Wait;
            }

            if (count <= 0)
            {
                return End(-count);
            }

            _owesAcknowledgement = IsTcp;
            if (!_hasLength || _bufferStart < _bufferEnd)
            {
                MoveToMessage();
            }
            else
            {
                _filled += count;
            }
        }
    }

    /// <summary>Begins the next message, if its header is in the buffer.</summary>
    private bool TryBegin()
    {
        Span<byte> buffered = _buffer.AsSpan(_bufferStart, _bufferEnd - _bufferStart);
        if (buffered.Length < sizeof(int))
        {
            return false;
        }

        long length = BinaryPrimitives.ReadInt32BigEndian(buffered);
        int header = sizeof(int);
        if (length == LongHeader)
        {
            if (buffered.Length < LongestHeader)
            {
                return false;
            }

            length = BinaryPrimitives.ReadInt64BigEndian(buffered[sizeof(int)..]);
            header = LongestHeader;
        }

        if (length < 0 || length > LongestMessage)
        {
            throw Refuse(length);
        }

        _message = new Message(length) { Source = PayloadSource.Peer };
        _hasLength = true;
        _filled = 0;
        _bufferStart += header;
        MoveToMessage();
        return true;
    }

    private Exception Refuse(long length)
    {
        long longest = LongestMessage;
        _readFailure = () => new InvalidDataException(
            length < 0
                ? "The peer announced a message of a negative length: it does not speak the protocol. The connection was closed."
                : $"The peer announced a message of {length:N0} bytes, and at most {longest:N0} are accepted (MaxMessageBytes). The " +
                    "connection was closed.");
        SocketCalls.ShutDown(_socket);   // the peer learns that nothing more is read
        return _readFailure();
    }

    /// <summary>The stream has ended, or failed.</summary>
    private RingOutcome End(int error)
    {
        ThrowIfClosed();   // by which it was shut down, perhaps
        if (error == 0 && !IsWithinMessage)
        {
            ReturnEmptyBuffer();
            return RingOutcome.Ended;
        }

        (long arrived, long length, bool isKnown) = (_hasLength ? _filled : _bufferEnd - _bufferStart, _message.Length, _hasLength);
        _readFailure = () => new IOException(
            error != 0 ? Broken(error).Message
            : $"The stream ended within a message: {arrived:N0} bytes of {(isKnown ? $"{length:N0}" : "its header")} have arrived. The " +
                "peer ended, or gave up, while it was sending.");
        DropMessage();
        throw _readFailure();
    }

    private Message Take(RingOutcome outcome)
    {
        if (outcome == RingOutcome.Ended)
        {
            return default;
        }

        Message message = _message;
        _message = default;
        _hasLength = false;
        return message;
    }

    /// <summary>Moves what is in the buffer to the message that has begun, as much as belongs to it.</summary>
    private void MoveToMessage()
    {
        if (_hasLength)
        {
            int count = (int)Math.Min(_bufferEnd - _bufferStart, _message.Length - _filled);
            if (count > 0)
            {
                _buffer.AsSpan(_bufferStart, count).CopyTo(_message.RoomFrom(_filled));
                _bufferStart += count;
                _filled += count;
            }
        }

        ReturnEmptyBuffer();
    }

    private int FillBuffer(bool waits, ref int readsLeft)
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(BufferBytes);
        if (_bufferStart > 0)
        {
            _buffer.AsSpan(_bufferStart, _bufferEnd - _bufferStart).CopyTo(_buffer);
            (_bufferStart, _bufferEnd) = (0, _bufferEnd - _bufferStart);
        }

        int count = Read(_buffer.AsSpan(_bufferEnd), waits, ref readsLeft);
        _bufferEnd += Math.Max(0, count);
        return count;
    }

    /// <returns>How many bytes came; 0 at the end; an error, negated: to try again, too, if the attempt has read often enough.</returns>
    private int Read(Span<byte> target, bool waits, ref int readsLeft)
    {
        if (_tls is not null)
        {
            return Decrypt(_tls, target, ref readsLeft);
        }

        if (readsLeft-- == 0)
        {
            return -Errno.TryAgain;
        }

        if (!waits)
        {
            return SocketCalls.Receive(_socket, target);
        }

        Acknowledge();
        return _watch.Receive(target);
    }

    /// <summary>What the receiver does before it waits.</summary>
    private void Acknowledge()
    {
        if (_owesAcknowledgement)
        {
            _owesAcknowledgement = false;
            SocketCalls.Acknowledge(_socket);
            AcknowledgementCount++;
        }
    }

    private int Decrypt(TlsLayer tls, Span<byte> target, ref int readsLeft)
    {
        try
        {
            int count;
            while (!tls.TryDecrypt(target, out count))
            {
                if (readsLeft-- == 0 || !ReceiveSome(tls))
                {
                    return -Errno.TryAgain;
                }
            }

            return count;
        }
        catch (IOException) when (tls.HasEnded && IsWithinMessage)
        {
            return 0;
        }
        catch (IOException failure)
        {
            // also an end without the farewell of TLS: whoever is between the two may have cut off messages
            _readFailure = () => new IOException(failure.Message, failure);
            throw;
        }
    }

    private void ReturnEmptyBuffer()
    {
        if (_buffer is not null && _bufferStart == _bufferEnd)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
            (_bufferStart, _bufferEnd) = (0, 0);
        }
    }

    private void EndReceiving()
    {
        ReturnEmptyBuffer();   // an interrupt leaves it
        _receiving.Release();
        DropIfClosed();
    }

    /// <summary>
    /// Returns the memory of a message that arrived in part, once it is closed: whoever closes it sets the mark before it tries the lock,
    /// and whoever receives releases the lock before it reads the mark, so one of them does.
    /// </summary>
    private void DropIfClosed()
    {
        if (IsClosed && _receiving.TryAcquire())
        {
            DropMessage();
            _receiving.Release();
        }
    }

    private void DropMessage()
    {
        _bufferStart = _bufferEnd;
        ReturnEmptyBuffer();
        _message.Dispose();
        _message = default;
        _hasLength = false;
        _filled = 0;
    }

    /// <summary>The wait for something to receive, beside waits for other objects.</summary>
    private sealed class PollRule(SocketTransport transport) : ISharedRule
    {
        static string ISharedRule.Wanted => "a message of ";

        public bool TryTake(out FutexPoint sleepOn)
        {
            sleepOn = transport._watch.ReceivePoint();   // before the attempt: a report that comes after it changes the word
            if (transport.Poll(TimeSpan.Zero, CancellationToken.None))
            {
                return true;
            }

            transport.Acknowledge();
            transport._watch.SetToReceive();
            return false;
        }

        public void GiveUp()
        {
        }
    }
}
