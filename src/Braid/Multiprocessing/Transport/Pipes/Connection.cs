namespace Braid.Multiprocessing;

/// <summary>
/// One end of a pipe (<see cref="Pipe"/>), or of a socket (<see cref="Listener"/>, <see cref="Client"/>): sends and receives messages,
/// complete and in order.
/// </summary>
/// <remarks>
/// <para>
/// A connection may be used by any number of threads at once: messages never mix, and each is received once. Everything written before a
/// message is sent is visible to its receiver in another process of this program.
/// </para>
/// <para>
/// <b>Of a pipe.</b> It can be passed to another process as an argument, inside another object, through a queue or through a pipe; both
/// processes then have it open until each has closed it. The stream ends when no living process has the other end open any more: no
/// process has an object for it that is not closed, and none is in transit. So close an end after giving it to a child; a process that is
/// killed no longer counts. What was sent before can still be received. Sending waits while more than 1 MiB is unread at the other end;
/// then a message of any length is accepted, and the receiver can take it as soon as the call returns.
/// </para>
/// <para>
/// <b>Of a socket.</b> It stays in its process. The peer is whoever knows the key, so the messages are plain data: values whose parts are
/// of exactly the types that are declared (numbers, strings, arrays, collections, objects of the program by their fields). What would need
/// the name of a type or a method, or shares memory, is refused by its sender, and by its receiver if the peer sends it all the same; an
/// exception arrives as <see cref="RemoteException"/>. Values go between processes of the same build; bytes go to and from any program,
/// also a Python program. Bytes are not marked as such: <see cref="RecvBytes"/> receives a value too, as its bytes. Sending waits until
/// the system has taken the whole message. A sender that gives up within a message, by its token or an interrupt, leaves a connection that
/// can send no more. The stream ends when the peer closes the connection or ends; if it does so within a message, the receiver gets an
/// <see cref="IOException"/> that is no <see cref="EndOfStreamException"/>. A message longer than
/// <see cref="ConnectionOptions.MaxMessageBytes"/>, or one that is none, closes the connection with an <see cref="InvalidDataException"/>.
/// </para>
/// <para>
/// Interrupting the thread also ends a blocked wait, which has then done nothing, with <see cref="ThreadInterruptedException"/>. Python
/// counterpart: <c>multiprocessing.connection.Connection</c>.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class Connection : IShared<Connection>, IWaitable, IDisposable
{
    private readonly ConnectionTransport _transport;
    // by Interlocked: one Close ends the transport, which itself refuses later uses, so reads of this are only snapshots
    private int _isClosed;

    internal Connection(ConnectionTransport transport) => _transport = transport;

    /// <summary>Whether it was closed in this process.</summary>
    public bool Closed => Volatile.Read(ref _isClosed) != 0;   // a snapshot; the transport decides

    /// <summary>Whether this end can receive.</summary>
    /// <exception cref="ObjectDisposedException">The connection was closed.</exception>
    public bool Readable => Open.IsReadable;

    /// <summary>Whether this end can send.</summary>
    /// <exception cref="ObjectDisposedException">The connection was closed.</exception>
    public bool Writable => Open.IsWritable;

    internal ConnectionTransport Transport => _transport;

    Segment IShared.Segment =>
        (_transport as PipeTransport ?? throw new UnreachableException("A socket lies in no shared memory.")).Segment;

    bool IShared.IsClosed => Closed;

    private ConnectionTransport Open
    {
        get
        {
            ObjectDisposedException.ThrowIf(Closed, this);
            return _transport;
        }
    }

    private ConnectionTransport Reading => Open.IsReadable ? _transport
        : throw new InvalidOperationException(
            "This end of the pipe only sends. Receive at the other end, or make the pipe with duplex: true.");

    private ConnectionTransport Writing => Open.IsWritable ? _transport
        : throw new InvalidOperationException(
            "This end of the pipe only receives. Send at the other end, or make the pipe with duplex: true.");

    static Connection IShared<Connection>.Over(Segment segment) =>
        throw new UnreachableException("An end of a pipe is a part of its segment.");

    static Connection IShared<Connection>.Over(Segment segment, long subHandle)
    {
        var connection = new Connection(new PipeTransport(segment, (int)(subHandle & 1)));
        KillPoint.Reach(KillPoint.EndHeld);                  // killed here: hold and transit both go with this process
        new PipeEnd(segment, subHandle).EndTransit(subHandle);   // now that the receiver's object holds the end
        return connection;
    }

    Lease IShared.Lend() => Closed ? throw new ObjectDisposedException(nameof(Connection)) : _transport.Lend();

    /// <summary>Waits until a message, or the end of the stream, can be received. Takes nothing.</summary>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, only checks; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Whether something can be received; another thread may receive it first.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="InvalidOperationException">This end only sends.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="ObjectDisposedException">The connection was closed, before or during the wait.</exception>
    public bool Poll(TimeSpan timeout = default, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return Reading.Poll(timeout, token);
    }

    /// <summary>Waits, without blocking the thread, until a message, or the end of the stream, can be received. Takes nothing.</summary>
    /// <inheritdoc cref="Poll" path="/param"/>
    /// <inheritdoc cref="Poll" path="/returns"/>
    /// <inheritdoc cref="Poll" path="/exception"/>
    public ValueTask<bool> PollAsync(TimeSpan timeout = default, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return Reading.PollAsync(timeout, token);
    }

    ISharedRule IWaitable.NewWait() => Reading.NewPoll();

    ValueTask<bool> IWaitable.WhenReadyAsync(TimeSpan timeout, CancellationToken token) => PollAsync(timeout, token);

    /// <summary>
    /// Ends this process's use of the connection. Waiting calls, and later ones, fail with <see cref="ObjectDisposedException"/>. Calling
    /// it again does nothing.
    /// </summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)   // one of several callers
        {
            HandlesInTransit.Prune();
            _transport.Close();
        }
    }

    /// <inheritdoc cref="Close"/>
    public void Dispose() => Close();

    /// <summary>The directions in which it works.</summary>
    public override string ToString() =>
        Closed ? "Connection, closed" : $"Connection, {(Readable ? Writable ? "both ways" : "receives" : "sends")}";
}
