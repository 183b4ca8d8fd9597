using System.Buffers.Binary;
using System.Net.Sockets;
using Braid.Multiprocessing;

namespace Braid.Fuzz;

/// <summary>The framing: what a peer sends through a socket and then closes it. The first byte says in how large pieces.</summary>
internal sealed class StreamTarget : Target
{
    private const int Longest = 100_000;

    private static readonly string s_name = $"\0braid-fuzz-{Environment.ProcessId}";
    private readonly Socket _listening = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public override string Name => "streams";

    public override IEnumerable<byte[]> Seeds()
    {
        byte[] messages = [.. new[] { 0, 1, 3, 4, 20, 300 }.SelectMany(static length => Frame(new byte[length]))];
        byte[] extended = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3];
        return
        [
            .. new byte[] { 0, 1, 3, 5, 100 }.Select(piece => (byte[])[piece, .. messages]),
            [0, .. extended, .. messages], [1, .. extended],
            [0, .. messages, .. messages[..5]], [0, 0xff, 0xff, 0xff, 0xfe], [0, 0x7f, 0xff, 0xff, 0xff], [0],
        ];
    }

    public override void Run(byte[] input)
    {
        (Connection connection, Socket peer) = Pair();
        using (connection)
        using (peer)
        {
            ReadOnlySpan<byte> left = input.AsSpan(Math.Min(1, input.Length));
            int piece = input.Length > 0 && input[0] > 0 ? input[0] : int.MaxValue;
            try
            {
                while (left.Length > 0)
                {
                    peer.Send(left[..Math.Min(piece, left.Length)]);
                    left = left[Math.Min(piece, left.Length)..];
                    if (piece < int.MaxValue)
                    {
                        Receive(connection, waits: false);
                    }
                }

                peer.Close();
            }
            catch (SocketException)
            {
                // The connection was closed, because of what came before.
            }

            Receive(connection, waits: true);
        }
    }

    private static void Receive(Connection connection, bool waits)
    {
        try
        {
            while (waits || connection.Poll())
            {
                Check(connection.RecvBytes().Length <= Longest, "The message is longer than a message may be.");
            }
        }
        catch (Exception end) when (end is IOException or InvalidDataException)
        {
            Check(connection.Poll(), "The end is not there to stay.");
            try
            {
                connection.RecvBytes();
                Check(false, "Something was received after the end.");
            }
            catch (Exception again) when (again is IOException or InvalidDataException)
            {
                Check(again.GetType() == end.GetType(), "The end is another one.");
            }
        }
    }

    private (Connection Connection, Socket Peer) Pair()
    {
        if (!_listening.IsBound)
        {
            _listening.Bind(new UnixDomainSocketEndPoint(s_name));
            _listening.Listen();
        }

        var peer = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        peer.Connect(new UnixDomainSocketEndPoint(s_name));
        using Socket accepted = _listening.Accept();
        int own = Descriptors.Raise((int)accepted.Handle, 3);
        return (new Connection(new SocketTransport(new SocketHandle(own), Longest)), peer);
    }

    private static byte[] Frame(byte[] message)
    {
        byte[] frame = [0, 0, 0, 0, .. message];
        BinaryPrimitives.WriteInt32BigEndian(frame, message.Length);
        return frame;
    }
}
