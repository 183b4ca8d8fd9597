using System.Buffers;
using System.Buffers.Binary;
using System.Net;

namespace Braid.Multiprocessing;

/// <summary>Messages over a stream socket, framed as CPython's <c>multiprocessing.connection</c> frames them.</summary>
/// <remarks>
/// <code>
///   length n of the message      bytes on the wire
///   0 to 2^31 - 1                n as 4 bytes, then n bytes
///   2^31 and more                ffffffff, n as 8 bytes, then n bytes
/// </code>
/// <para>
/// Numbers are big-endian. The long form is accepted for any length. A first number below -1 is an error; CPython reads it as an empty
/// message.
/// </para>
/// <para>
/// Receiving and sending each have a lock, whose holder makes one attempt after the other and waits for the socket between them. The state
/// of a message that has arrived in part belongs to the transport, so a receiver that gives up leaves it to the next. A message that was
/// sent in part cannot be taken back: if its sender gives up, the connection can send no more.
/// </para>
/// <para>
/// Received is at most one message ahead, so the peer waits when this process does not receive. What the peer announces costs address
/// space alone: memory is used as the bytes arrive.
/// </para>
/// <para>
/// TCP acknowledges what comes together with what is sent back, or after 40 ms. A peer that has TCP gather its short messages, as every
/// CPython does, sends nothing more until then: the last message of a handshake and the first request, or a header and its message, leave
/// 40 ms apart. So whoever waits to receive first has TCP acknowledge what has come, unless something was sent since.
/// </para>
/// </remarks>
internal sealed partial class SocketTransport : ConnectionTransport
{
    public const int LongestHeader = sizeof(int) + sizeof(ulong);

    private const string Name = nameof(Connection);
    private const int LongHeader = -1;

    private readonly SocketHandle _socket;
    private readonly SocketWatch _watch;
    private readonly Threading.Lock _receiving = Threading.Lock.OfBraid();   // held by the one that receives, also while it waits
    private readonly Threading.Lock _sending = Threading.Lock.OfBraid();     // held by the one that sends, also while it waits
    private TlsLayer? _tls;      // written before the first message
    private int _isClosed;       // by Interlocked, from 0 to 1

    /// <summary>Takes over the socket.</summary>
    /// <param name="socket">A connected socket.</param>
    /// <param name="longest">The length of the longest message that is accepted.</param>
    public SocketTransport(SocketHandle socket, long longest)
    {
        _socket = socket;
        _watch = new SocketWatch(socket, this, Name);
        LongestMessage = longest;
    }

    ~SocketTransport() => _message.Dispose();   // no other thread uses it: a call would keep the transport alive

    /// <summary>
    /// The length of the longest message that is accepted. Changed once, after the handshake, by the thread that then gives the
    /// transport on.
    /// </summary>
    public long LongestMessage { get; set; }

    /// <summary>Whether the socket is one of TCP.</summary>
    public bool IsTcp { get; init; }

    public SocketWatch Watch => _watch;

    /// <summary>How many callers wait to receive.</summary>
    public int ReceiverCount => _watch.ReceiverCount + _receiving.WaiterCount;

    /// <inheritdoc cref="SocketCalls.PeerPid"/>
    public int PeerPid => SocketCalls.PeerPid(_socket);

    /// <inheritdoc cref="SocketCalls.OpenPeer"/>
    public SocketHandle? OpenPeer(int pid) => SocketCalls.OpenPeer(_socket, pid);

    /// <summary>The error of an attempt to connect that has ended; zero if it succeeded.</summary>
    public int ConnectError => SocketCalls.ErrorOf(_socket);

    public override bool IsReadable => true;

    public override bool IsWritable => true;

    public override bool IsPlain => true;

    public override string EndText => "The peer has closed the connection, and everything that it sent has been received.";

    public override string BrokenText => "The connection is broken: the peer has closed it or ended, so the message was not sent.";

    private bool IsClosed => Volatile.Read(ref _isClosed) != 0;   // pairs with the exchange in Close

    public override Lease Lend() => throw PayloadException.CannotTravel(
        typeof(Connection), "it is a socket of this process. Have the other process connect by itself, or pass one end of a Pipe.");

    /// <inheritdoc cref="SocketCalls.Connect(SocketHandle, SocketAddress)"/>
    public int Connect(SocketAddress target) => SocketCalls.Connect(_socket, target);

    public override void Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            try
            {
                SayGoodbye();
            }
            finally
            {
                _watch.Close();      // first, so that those who wait find it closed, and not broken
                SocketCalls.ShutDown(_socket);
                _socket.Dispose();   // closed once no call uses it
                _tls?.Dispose();
                DropIfClosed();
            }
        }
    }

    /// <summary>The object as the wait graph shows it.</summary>
    public override string ToString() => Name;

    /// <summary>Negotiates TLS, before any message. User code that chooses and checks certificates runs on the calling thread.</summary>
    /// <param name="tls">The side to take. The transport disposes of it.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="AuthenticationException">The two do not agree, or one does not trust the other.</exception>
    /// <exception cref="IOException">The connection failed.</exception>
    /// <exception cref="TimeoutException">The time was up.</exception>
    public void Negotiate(TlsLayer tls, Deadline deadline, CancellationToken token)
    {
        _tls = tls;
        while (true)
        {
            (bool isNegotiated, ReadOnlyMemory<byte> output) = tls.Negotiate();
            while (SendSome(ref output))
            {
                ThrowIfLate(_watch.WaitToSend(deadline, token));
            }

            tls.ThrowIfFailed();
            if (isNegotiated)
            {
                return;
            }

            while (!ReceiveSome(tls))
            {
                ThrowIfLate(_watch.WaitToReceive(deadline, token));
            }
        }
    }

    /// <summary>As <see cref="Negotiate"/>. User code runs on threads of its own.</summary>
    /// <inheritdoc cref="Negotiate" path="/param"/>
    /// <inheritdoc cref="Negotiate" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask NegotiateAsync(TlsLayer tls, Deadline deadline, CancellationToken token)
    {
        _tls = tls;
        while (true)
        {
            await CallbackThreads.Switch();
            (bool isNegotiated, ReadOnlyMemory<byte> output) = tls.Negotiate();
            while (SendSome(ref output))
            {
                ThrowIfLate(await _watch.WaitToSendAsync(deadline.Left, token).ConfigureAwait(false));
            }

            tls.ThrowIfFailed();
            if (isNegotiated)
            {
                return;
            }

            while (!ReceiveSome(tls))
            {
                ThrowIfLate(await _watch.WaitToReceiveAsync(deadline.Left, token).ConfigureAwait(false));
            }
        }
    }

    /// <summary>Sends as much as the system takes.</summary>
    /// <returns>Whether more is left.</returns>
    private bool SendSome(ref ReadOnlyMemory<byte> output)
    {
        while (output.Length > 0)
        {
            int sent = SocketCalls.Send(_socket, output.Span, moreFollows: false);
            if (sent < 0)
            {
                return sent == -Errno.TryAgain ? true : throw Broken(-sent);
            }

            output = output[sent..];
        }

        return false;
    }

    /// <returns>Whether something came, or the end.</returns>
    private bool ReceiveSome(TlsLayer tls)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(BufferBytes);
        int received = SocketCalls.Receive(_socket, piece);
        tls.Feed(piece.AsSpan(0, Math.Max(0, received)), hasEnded: received == 0);
        ArrayPool<byte>.Shared.Return(piece);
        return received >= 0 || (received == -Errno.TryAgain ? false : throw Broken(-received));
    }

    private static IOException Broken(int error) => new($"The connection is broken: {Errno.Text(error)}.");

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(IsClosed, typeof(Connection));

    /// <summary>Announces the end inside TLS, if that needs no waiting.</summary>
    private void SayGoodbye()
    {
        if (_tls is not null && _sending.TryAcquire())
        {
            try
            {
                if (!_isMidMessage)
                {
                    SocketCalls.Send(_socket, _tls.ShutDown().Span, moreFollows: false);   // if it fails, the peer is gone already
                }
            }
            finally
            {
                _sending.Release();
            }
        }
    }

    private static int WriteHeader(Span<byte> header, long length)
    {
        if (length <= int.MaxValue)
        {
            BinaryPrimitives.WriteInt32BigEndian(header, (int)length);
            return sizeof(int);
        }

        BinaryPrimitives.WriteInt32BigEndian(header, LongHeader);
        BinaryPrimitives.WriteInt64BigEndian(header[sizeof(int)..], length);
        return LongestHeader;
    }
}
