using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Connected sockets for tests, with and without the handshake.</summary>
internal static class SocketPairs
{
    private static readonly Lazy<X509Certificate2> s_certificate = new(NewCertificate);

    public static ReadOnlySpan<byte> Key => "a key for tests"u8;

    public static SslServerAuthenticationOptions ServerTls => new() { ServerCertificate = s_certificate.Value };

    public static SslClientAuthenticationOptions ClientTls => new()
    {
        TargetHost = "localhost",
        RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate!.GetCertHashString() == s_certificate.Value.GetCertHashString(),
    };

    /// <summary>Two connections of this process through a listener that is closed again.</summary>
    public static (Connection First, Connection Second) New(Address? address, ListenerOptions? ofListener = null, ClientOptions? ofClient = null)
    {
        using var listener = new Listener(address, Key, ofListener);
        Connection first = Client.Connect(listener.Address, Key, ofClient);
        return (first, listener.Accept());
    }

    /// <summary>A transport without any handshake, and the other end as a socket.</summary>
    public static (SocketTransport Transport, Socket Peer) NewRaw(long longest = 1 << 20, bool overTcp = false)
    {
        EndPoint name = overTcp ? new IPEndPoint(IPAddress.Loopback, 0) : new UnixDomainSocketEndPoint($"\0braid-test-{Guid.NewGuid()}");
        using var listening = new Socket(name.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        listening.Bind(name);
        listening.Listen();
        var peer = new Socket(name.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        peer.Connect(listening.LocalEndPoint!);
        using Socket accepted = listening.Accept();
        int own = Descriptors.Raise((int)accepted.Handle, 3);
        Descriptors.NeverBlock(own);
        return (new SocketTransport(new SocketHandle(own), longest) { IsTcp = overTcp }, peer);
    }

    /// <summary>A socket that is connected to a listener and does not speak yet.</summary>
    public static Socket Dial(Address address)
    {
        var socket = new Socket(address.Path is null ? AddressFamily.InterNetwork : AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(address.Path is null ? new IPEndPoint(IPAddress.Parse(address.Host!), address.Port) : new UnixDomainSocketEndPoint(address.Path));
        return socket;
    }

    public static byte[] Frame(ReadOnlySpan<byte> message)
    {
        byte[] frame = new byte[sizeof(int) + message.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame, message.Length);
        message.CopyTo(frame.AsSpan(sizeof(int)));
        return frame;
    }

    /// <summary>Receives one message, as CPython would send it.</summary>
    public static byte[] ReadFrame(this Socket socket)
    {
        byte[] header = socket.ReadExactly(sizeof(int));
        return socket.ReadExactly(System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(header));
    }

    /// <summary>Whether the peer has closed its end; what it sent before is thrown away.</summary>
    public static bool IsEnded(this Socket socket)
    {
        try
        {
            byte[] piece = new byte[1024];
            while (socket.Poll(0, SelectMode.SelectRead))
            {
                if (socket.Receive(piece) == 0)
                {
                    return true;
                }
            }

            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static byte[] ReadExactly(this Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        for (int read = 0; read < count;)
        {
            int more = socket.Receive(bytes.AsSpan(read));
            read += more > 0 ? more : throw new EndOfStreamException();
        }

        return bytes;
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
