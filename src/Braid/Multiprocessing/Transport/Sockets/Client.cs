using System.Net;
using System.Net.Sockets;

namespace Braid.Multiprocessing;

/// <summary>Connects to a <see cref="Listener"/>, of a Braid program or of a Python program.</summary>
/// <remarks>
/// Python counterpart: <c>multiprocessing.connection.Client</c>.
/// </remarks>
public static class Client
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Connects, and blocks until both sides have proved that they know the key.</summary>
    /// <param name="address">Where the listener listens: a path, or a host and a port.</param>
    /// <param name="authKey">The key that both sides know; not empty.</param>
    /// <param name="options">How to connect; null for the defaults.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>The connection. Close it.</returns>
    /// <exception cref="ArgumentException">The key is empty, or the path is too long.</exception>
    /// <exception cref="AuthenticationException">One side has not proved itself. No message was read.</exception>
    /// <exception cref="IOException">Nothing listens there, the host is not known, or the connection failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="TimeoutException"><see cref="ConnectionOptions.HandshakeTimeout"/> has passed.</exception>
    public static Connection Connect(
        Address address, ReadOnlySpan<byte> authKey, ClientOptions? options = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        options ??= new ClientOptions();
        Handshake handshake = Handshake.OfClient(CheckKey(authKey), options.AllowLegacyPeers);
        token.ThrowIfCancellationRequested();
        var deadline = Deadline.After(options.HandshakeTimeout);
        SocketTransport transport = Reach(address, deadline, token);
        try
        {
            if (options.Tls is not null)
            {
                transport.Negotiate(TlsLayer.Client(options.Tls), deadline, token);
            }

            transport.Authenticate(handshake, deadline, token);
            transport.LongestMessage = options.MaxMessageBytes;
            return new Connection(transport);
        }
        catch
        {
            transport.Close();
            throw;
        }
    }

    /// <summary>Connects, and waits without blocking the thread until both sides have proved that they know the key.</summary>
    /// <inheritdoc cref="Connect" path="/param"/>
    /// <inheritdoc cref="Connect" path="/returns"/>
    /// <inheritdoc cref="Connect" path="/exception"/>
    public static ValueTask<Connection> ConnectAsync(
        Address address, ReadOnlySpan<byte> authKey, ClientOptions? options = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        options ??= new ClientOptions();
        return ConnectAsync(address, Handshake.OfClient(CheckKey(authKey), options.AllowLegacyPeers), options, token);
    }

    /// <exception cref="ArgumentException">The key is empty.</exception>
    internal static ReadOnlySpan<byte> CheckKey(ReadOnlySpan<byte> authKey) => authKey.Length > 0
        ? authKey
        : throw new ArgumentException(
            "The key is empty, so anyone could connect. Take 32 random bytes (RandomNumberGenerator.GetBytes), and give them to both " +
            "sides.",
            nameof(authKey));

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private static async ValueTask<Connection> ConnectAsync(
        Address address, Handshake handshake, ClientOptions options, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        var deadline = Deadline.After(options.HandshakeTimeout);
        SocketTransport transport = await ReachAsync(address, deadline, token).ConfigureAwait(false);
        try
        {
            if (options.Tls is not null)
            {
                await transport.NegotiateAsync(TlsLayer.Client(options.Tls), deadline, token).ConfigureAwait(false);
            }

            await transport.AuthenticateAsync(handshake, deadline, token).ConfigureAwait(false);
            transport.LongestMessage = options.MaxMessageBytes;
            return new Connection(transport);
        }
        catch
        {
            transport.Close();
            throw;
        }
    }

    /// <summary>Connects to the first of the end points that can be reached.</summary>
    private static SocketTransport Reach(Address address, Deadline deadline, CancellationToken token)
    {
        int error = 0;
        foreach (EndPoint endPoint in address.EndPoints() ?? LookUp(address))
        {
            SocketTransport transport = Begin(endPoint, out SocketAddress target);
            try
            {
                while ((error = transport.Connect(target)) == Errno.TryAgain && !deadline.HasPassed)
                {
                    Pause.For(transport, s_pause, token);   // the queue of a Unix socket is full
                }

                if (error == Errno.InProgress)
                {
                    error = transport.Watch.WaitToSend(deadline, token) ? transport.ConnectError : Errno.TryAgain;
                }
            }
            catch
            {
                transport.Close();
                throw;
            }

            if (error == 0)
            {
                return transport;
            }

            transport.Close();
        }

        throw NotReached(address, error);
    }

    /// <inheritdoc cref="Reach"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private static async ValueTask<SocketTransport> ReachAsync(Address address, Deadline deadline, CancellationToken token)
    {
        EndPoint[]? endPoints = address.EndPoints();
        if (endPoints is null)
        {
            await CallbackThreads.Switch();   // looking up a name blocks
            endPoints = LookUp(address);
        }

        int error = 0;
        foreach (EndPoint endPoint in endPoints)
        {
            SocketTransport transport = Begin(endPoint, out SocketAddress target);
            try
            {
                while ((error = transport.Connect(target)) == Errno.TryAgain && !deadline.HasPassed)
                {
                    await Pause.ForAsync(transport, s_pause, token).ConfigureAwait(false);
                }

                if (error == Errno.InProgress)
                {
                    error = await transport.Watch.WaitToSendAsync(deadline.Left, token).ConfigureAwait(false)
                        ? transport.ConnectError
                        : Errno.TryAgain;
                }
            }
            catch
            {
                transport.Close();
                throw;
            }

            if (error == 0)
            {
                return transport;
            }

            transport.Close();
        }

        throw NotReached(address, error);
    }

    private static SocketTransport Begin(EndPoint endPoint, out SocketAddress target)
    {
        target = endPoint.Serialize();
        SocketHandle socket = SocketCalls.Create(target);
        if (endPoint is IPEndPoint)
        {
            SocketCalls.SendWithoutDelay(socket);
        }

        return new SocketTransport(socket, Handshake.LongestMessage) { IsTcp = endPoint is IPEndPoint };
    }

    private static EndPoint[] LookUp(Address address)
    {
        try
        {
            return address.EndPoints(Dns.GetHostAddresses(address.Host!));
        }
        catch (SocketException exception)
        {
            throw new IOException($"The host {address.Host} is not known: {exception.Message}", exception);
        }
    }

    private static Exception NotReached(Address address, int error) => error == Errno.TryAgain
        ? new TimeoutException($"The listener at {address} did not take the connection in time.")
        : new IOException($"Connecting to {address} failed: {Errno.Text(error)}.");
}
