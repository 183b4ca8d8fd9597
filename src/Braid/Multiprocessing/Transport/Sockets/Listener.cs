using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Braid.Multiprocessing;

/// <summary>
/// Takes connections from other processes that know a key: of Braid programs (<see cref="Client"/>), and of Python programs
/// (<c>multiprocessing.connection.Client</c>).
/// </summary>
/// <remarks>
/// <para>
/// Listening begins with the constructor. Each peer must prove that it knows the key, and is given the proof that this process knows it,
/// before any message of it is read. That needs no caller of <see cref="Accept"/>: the handshakes run beside each other, each with a
/// deadline, so a peer that stalls delays no other; and a peer that fails is turned away without a word to the program, except for
/// <see cref="RefusedCount"/> and <see cref="LastRefusal"/>. <see cref="Accept"/> returns those that have succeeded, in that order.
/// </para>
/// <para>
/// The messages of such a connection are plain data: no type and no method is used because a peer names it. See <see cref="Connection"/>.
/// </para>
/// <para>
/// Any number of threads may use it. Python counterpart: <c>multiprocessing.connection.Listener</c>.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class Listener : IDisposable
{
    private readonly ListenerOptions _options;
    private readonly byte[] _key;
    private readonly SocketHandle _socket;
    private readonly EndPoint _endPoint;
    private readonly SocketWatch _watch;
    private readonly string? _file;           // the socket's, or the folder that was made for it; null if there is none
    private readonly Accepted _accepted = new();
    private int _isClosed;                    // by Interlocked, from 0 to 1
    private Address? _lastAccepted;           // by any thread that accepts, by Volatile

    /// <summary>Begins to listen.</summary>
    /// <param name="address">
    /// Where: a path, or a host and a port; port 0 has the system choose one. Null, the default, for a new Unix socket in a folder that
    /// only this user can enter. A host other than <c>"localhost"</c> makes the listener reachable from other machines.
    /// </param>
    /// <param name="authKey">The key that both sides know; not empty.</param>
    /// <param name="options">How to treat the peers; null for the defaults.</param>
    /// <exception cref="ArgumentException">The key is empty, or the path is too long.</exception>
    /// <exception cref="IOException">
    /// The address is in use, also by a file that a killed program has left there; or the system refuses for another reason.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    public Listener(Address? address = null, ReadOnlySpan<byte> authKey = default, ListenerOptions? options = null)
    {
        _options = options ?? new ListenerOptions();
        _key = Client.CheckKey(authKey).ToArray();
        if (address is null)
        {
            _file = Directory.CreateTempSubdirectory("braid-").FullName;   // its mode is 0700
            ListenerFiles.Add(_file, isFolder: true);
            address = Path.Combine(_file, "listener");
        }

        try
        {
            (_socket, _endPoint) = Listen(address, _options.Backlog);
        }
        catch
        {
            RemoveFile();
            throw;
        }

        Address = Address.Of(_endPoint) ?? address;
        if (_file is null && Address.IsFile)
        {
            _file = Path.GetFullPath(Address.Path!);
            ListenerFiles.Add(_file, isFolder: false);
        }

        _watch = new SocketWatch(_socket, this, nameof(Listener));
        StartAccepting();
    }

    /// <summary>Where it listens, with the port that the system has chosen.</summary>
    public Address Address { get; }

    /// <summary>The address of the peer that was accepted last; null if there is none, and for Unix sockets.</summary>
    public Address? LastAccepted => Volatile.Read(ref _lastAccepted);

    /// <summary>How many peers were turned away: they did not prove that they know the key, or took too long for it.</summary>
    public long RefusedCount => Volatile.Read(ref _refused);

    /// <summary>
    /// Why the last of them was turned away; null if none was. It is there to find out what is wrong: a Python up to 3.11 without
    /// <see cref="ConnectionOptions.AllowLegacyPeers"/>, another key, a handshake that took too long.
    /// </summary>
    public Exception? LastRefusal => Volatile.Read(ref _lastRefusal);

    /// <summary>Waits for a peer that knows the key, blocking the thread.</summary>
    /// <param name="token">Ends the wait; no peer is taken.</param>
    /// <returns>The connection. Close it.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="ObjectDisposedException">The listener was closed, before or during the wait.</exception>
    public Connection Accept(CancellationToken token = default)
    {
        try
        {
            return Take(_accepted.Get(token));
        }
        catch (Queues.QueueShutDownException)
        {
            throw Closed();
        }
    }

    /// <summary>Waits for a peer that knows the key, blocking the thread, until there is one or the time is up.</summary>
    /// <param name="connection">The connection. Close it.</param>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, tries once; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait; no peer is taken.</param>
    /// <returns>Whether there was one; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="Accept" path="/exception"/>
    public bool TryAccept(
        [MaybeNullWhen(false)] out Connection connection, TimeSpan timeout = default, CancellationToken token = default)
    {
        try
        {
            bool isAccepted = _accepted.TryGet(out Peer peer, timeout, token);
            connection = isAccepted ? Take(peer) : null;
            return isAccepted;
        }
        catch (Queues.QueueShutDownException)
        {
            throw Closed();
        }
    }

    /// <summary>Waits for a peer that knows the key, without blocking the thread.</summary>
    /// <inheritdoc cref="Accept" path="/param"/>
    /// <inheritdoc cref="Accept" path="/returns"/>
    /// <inheritdoc cref="Accept" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public async ValueTask<Connection> AcceptAsync(CancellationToken token = default)
    {
        try
        {
            return Take(await _accepted.GetAsync(token).ConfigureAwait(false));
        }
        catch (Queues.QueueShutDownException)
        {
            throw Closed();
        }
    }

    /// <summary>
    /// Waits for a peer that knows the key, without blocking the thread, until there is one or the time is up: <c>if (await
    /// listener.TryAcceptAsync(timeout) is (true, var connection))</c>.
    /// </summary>
    /// <param name="timeout">How long to wait at most; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.</param>
    /// <param name="token">Ends the wait; no peer is taken.</param>
    /// <returns>Whether there was one, and the connection; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="Accept" path="/exception"/>
    public ValueTask<(bool Success, Connection Connection)> TryAcceptAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return Wait();

        [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
        async ValueTask<(bool Success, Connection Connection)> Wait()
        {
            try
            {
                (bool isAccepted, Peer peer) = await _accepted.TryGetAsync(timeout, token).ConfigureAwait(false);
                return isAccepted ? (true, Take(peer)) : default;
            }
            catch (Queues.QueueShutDownException)
            {
                throw Closed();
            }
        }
    }

    /// <summary>
    /// Stops listening, and turns away every peer that was not returned by <see cref="Accept"/> yet. Waiting calls, and later ones, fail
    /// with <see cref="ObjectDisposedException"/>. Connections that were accepted stay open. The file of a Unix socket is removed, as it
    /// is at the end of a process that has not closed its listener. Calling it again does nothing.
    /// </summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        RemoveFile();
        _watch.Close();
        _socket.Dispose();
        _accepted.Shutdown();
        TurnAwayAll();
    }

    /// <inheritdoc cref="Close"/>
    public void Dispose() => Close();

    /// <summary>Where it listens.</summary>
    public override string ToString() => $"Listener at {Address}{(Volatile.Read(ref _isClosed) == 0 ? "" : ", closed")}";

    private static (SocketHandle Socket, EndPoint Bound) Listen(Address address, int backlog)
    {
        EndPoint endPoint = address.EndPoints()?[0]
            ?? throw new ArgumentException(
                $"{address.Host} is a name, and a listener has an address of this machine. Write \"localhost\", or the address in numbers.",
                nameof(address));
        SocketAddress wanted = endPoint.Serialize();
        SocketHandle socket = SocketCalls.Create(wanted);
        try
        {
            SocketCalls.AllowReuseOfAddress(socket);   // of TCP ports whose last connections the system still remembers
            int error = SocketCalls.Bind(socket, wanted);
            error = error == 0 ? SocketCalls.Listen(socket, backlog) : error;
            return error == 0
                ? (socket, endPoint is IPEndPoint ? endPoint.Create(SocketCalls.OwnAddress(socket, wanted)) : endPoint)
                : throw new IOException($"Listening at {address} failed: {Errno.Text(error)}.");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static ObjectDisposedException Closed() => new(nameof(Listener));

    private void RemoveFile()
    {
        if (_file is not null)
        {
            ListenerFiles.Remove(_file);
        }
    }

    private Connection Take(Peer peer)
    {
        Volatile.Write(ref _lastAccepted, peer.Address);   // only informs
        StartAccepting();
        return peer.Connection;
    }

    private readonly record struct Peer(Connection Connection, Address? Address);

    /// <summary>The peers that have proved themselves.</summary>
    private sealed class Accepted : Queues.Queue<Peer>, IInternal;
}
