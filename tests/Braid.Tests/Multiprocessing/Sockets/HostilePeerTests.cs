using System.Net.Sockets;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Peers that do not know the key, or mean ill: each is turned away in bounded time and memory, and good ones are served meanwhile.</summary>
public sealed class HostilePeerTests : TimedTest
{
    private const int Half = 10_000;

    private static ReadOnlySpan<byte> Key => SocketPairs.Key;

    /// <summary>Waits for nothing but the peer's own deeds.</summary>
    private static ListenerOptions Patient => new() { HandshakeTimeout = Timeout.InfiniteTimeSpan };

    public static TheoryData<string> Openings =>
    [
        "00000000",                                   // an empty message
        "00000003616263",                             // three bytes
        "00000101",                                   // one byte longer than any message of a handshake
        "7fffffff",
        "ffffffff0000000000000101",                   // the same by the long header
        "ffffffff7fffffffffffffff",
        "ffffffffffffffffffffffff",
        "fffffffe",                                   // a negative length
        "80000000",
        "474554202f20485454502f312e310d0a0d0a",       // a browser
        "160301020001000101fc0303",                   // TLS
        "00000028" + "7b7368613235367d" + "0000000000000000000000000000000000000000000000000000000000000000",
        "00000010" + "00000000000000000000000000000000",
        "0000001480049509000000000000008c0568656c6c6f942e",   // a pickle
    ];

    [Theory]
    [MemberData(nameof(Openings))]
    public void A_stranger_is_turned_away_by_his_first_message(string opening)
    {
        using var listener = new Listener(authKey: Key, options: Patient);
        using Socket stranger = SocketPairs.Dial(listener.Address);
        stranger.Send(Convert.FromHexString(opening));
        Eventually.Holds(() => listener.RefusedCount == 1);
        Eventually.Holds(stranger.IsEnded);
        AssertServes(listener);
    }

    [Fact]
    public void A_session_that_is_replayed_is_turned_away()
    {
        using var listener = new Listener(authKey: Key, options: Patient);
        byte[] recorded;
        using (Socket good = SocketPairs.Dial(listener.Address))
        {
            recorded = Authenticate(good, Key);
            using Connection accepted = listener.Accept();
            good.Send(SocketPairs.Frame("hello"u8));
            Assert.Equal("hello"u8, accepted.RecvBytes());
        }

        using Socket stranger = SocketPairs.Dial(listener.Address);
        stranger.Send([.. recorded, .. SocketPairs.Frame("hello"u8)]);
        Eventually.Holds(() => listener.RefusedCount == 1);
        Assert.False(listener.TryAccept(out _));
        AssertServes(listener);
    }

    [Fact]
    public async Task A_stranger_who_has_a_client_answer_another_clients_challenge_is_found_out()
    {
        string name = $"\0braid-rogue-{Guid.NewGuid()}";
        using var rogue = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        rogue.Bind(new UnixDomainSocketEndPoint(name));
        rogue.Listen();
        await using var one = new BlockingActor();
        await using var two = new BlockingActor();
        Task<Connection> victim = one.Do(() => Client.Connect(name, Key));
        using Socket first = await rogue.AcceptAsync(Cancellation);
        first.Send(SocketPairs.Frame([.. "#CHALLENGE#{sha256}"u8, .. new byte[40]]));
        first.ReadFrame();
        first.Send(SocketPairs.Frame("#WELCOME#"u8));
        byte[] challenge = first.ReadFrame();   // what he must answer, and cannot
        Task<Connection> oracle = two.Do(() => Client.Connect(name, Key));
        using Socket second = await rogue.AcceptAsync(Cancellation);
        second.Send(SocketPairs.Frame(challenge));
        Assert.Contains("stranger", (await Assert.ThrowsAsync<AuthenticationException>(() => oracle)).Message, StringComparison.Ordinal);
        first.Send(SocketPairs.Frame(new byte[40]));
        await Assert.ThrowsAsync<AuthenticationException>(() => victim);
    }

    [Fact]
    public void A_peer_that_stalls_at_any_byte_keeps_no_other_out_and_is_turned_away_at_the_deadline()
    {
        const int Bytes = 44 + 63 + 13;   // the answer, the challenge, the welcome
        using var listener = new Listener(authKey: Key, options: new ListenerOptions { HandshakeTimeout = TimeSpan.FromSeconds(5) });
        Socket[] stalling = [.. Enumerable.Range(0, Bytes).Select(count => Stall(listener.Address, count))];
        AssertServes(listener);
        AssertServes(listener);
        Eventually.Holds(() => listener.RefusedCount == Bytes);
        Eventually.Holds(() => listener.StrangerCount == 0);
        Assert.All(stalling, static socket => Eventually.Holds(socket.IsEnded));
        Assert.False(listener.TryAccept(out _));
        AssertServes(listener);
        Array.ForEach(stalling, static socket => socket.Dispose());

        static Socket Stall(Address address, int count)
        {
            Socket socket = SocketPairs.Dial(address);
            Authenticate(socket, Key, count);
            return socket;
        }
    }

    [Fact]
    public void A_peer_that_stalls_within_the_handshake_of_tls_keeps_no_other_out_either()
    {
        var options = new ListenerOptions { HandshakeTimeout = TimeSpan.FromSeconds(5), Tls = SocketPairs.ServerTls };
        var trusting = new ClientOptions { Tls = SocketPairs.ClientTls };
        using var listener = new Listener(("localhost", 0), Key, options);
        byte[] hello = RecordedHello();
        Socket[] stalling = [.. Enumerable.Range(0, 40).Select(number => Stall(listener.Address, hello.AsSpan(0, hello.Length * number / 40)))];
        using Socket garbage = SocketPairs.Dial(listener.Address);
        garbage.Send("no TLS at all, and longer than the header of a record"u8);
        using (Connection client = Client.Connect(listener.Address, Key, trusting))
        using (Connection accepted = listener.Accept())
        {
            client.Send(42);
            Assert.Equal(42, accepted.Recv<int>());
        }

        Eventually.Holds(garbage.IsEnded);
        Eventually.Holds(() => listener.RefusedCount == stalling.Length + 1);
        Assert.All(stalling, static socket => Eventually.Holds(socket.IsEnded));
        Array.ForEach(stalling, static socket => socket.Dispose());

        static Socket Stall(Address address, ReadOnlySpan<byte> bytes)
        {
            Socket socket = SocketPairs.Dial(address);
            socket.Send(bytes);
            return socket;
        }
    }

    [Fact]
    public void Ten_thousand_half_open_connections_keep_a_good_client_out_no_more_than_none()
    {
        using var listener = new Listener(authKey: Key, options: Patient);
        int before = OpenFiles();
        long memory = GC.GetTotalMemory(forceFullCollection: true);
        var strangers = new List<Socket>();
        try
        {
            for (int number = 0; number < Half; number++)
            {
                strangers.Add(SocketPairs.Dial(listener.Address));
                if (number % 2000 == 1999)
                {
                    AssertServes(listener);
                }
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.TooManyOpenSockets)
        {
            // The system allows fewer descriptors.
        }

        Assert.True(strangers.Count > 500);
        Eventually.Holds(() => listener.StrangerCount <= 256 && listener.RefusedCount >= strangers.Count - 256);
        Assert.InRange(OpenFiles() - before - strangers.Count, 0, 256 + 50);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - memory, long.MinValue, 20_000_000 + (1000 * strangers.Count));
        strangers.ForEach(static socket => socket.Dispose());
        AssertServes(listener);
        TestContext.Current.SendDiagnosticMessage($"{strangers.Count} half-open connections");
    }

    [Fact]
    public void When_strangers_have_all_places_the_next_peer_gets_that_of_the_oldest()
    {
        using var listener = new Listener(authKey: Key, options: Patient with { MaxUnauthenticated = 1 });
        using Socket first = SocketPairs.Dial(listener.Address);
        Eventually.Holds(() => listener.StrangerCount == 1);
        using Socket second = SocketPairs.Dial(listener.Address);
        Eventually.Holds(first.IsEnded);
        Assert.Equal(1, listener.StrangerCount);
        AssertServes(listener);
        Eventually.Holds(second.IsEnded);
        Eventually.Holds(() => listener.RefusedCount == 2);
        Assert.Contains("MaxUnauthenticated", listener.LastRefusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_peer_announces_costs_no_memory_before_it_comes()
    {
        using var listener = new Listener(authKey: Key);
        var peers = new List<Socket>();
        long before = Environment.WorkingSet;
        for (int number = 0; number < 20; number++)
        {
            Socket peer = SocketPairs.Dial(listener.Address);
            peers.Add(peer);
            Authenticate(peer, Key);
            peer.Send(Convert.FromHexString("0ffffff0" + "00"));   // 256 MiB, nearly; and the first byte
            Connection accepted = listener.Accept();
            Assert.False(accepted.Poll(Brief));
            Assert.False(accepted.TryRecv(out byte[]? _));
        }

        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 200_000_000);
        peers.ForEach(static peer => peer.Dispose());
    }

    [Fact]
    public void A_peer_that_dribbles_does_not_keep_a_receiver_from_its_timeout()
    {
        (SocketTransport transport, Socket peer) = SocketPairs.NewRaw();
        using var connection = new Connection(transport);
        using (peer)
        {
            foreach (byte one in SocketPairs.Frame("dribble"u8))
            {
                Assert.False(connection.Poll());
                Assert.False(connection.TryRecv(out int _, TimeSpan.FromMilliseconds(1)));
                peer.Send([one]);
            }

            Assert.True(connection.Poll(Ample));
            Assert.Equal("dribble"u8, connection.RecvBytes());
        }
    }

    [Theory]
    [InlineData("fffffffe", "negative")]
    [InlineData("80000000", "negative")]
    [InlineData("ffffffffffffffffffffffff", "negative")]
    [InlineData("00100001", "1,048,577")]
    [InlineData("ffffffff7fffffffffffffff", "9,223,372,036,854,775,807")]
    public void A_header_that_is_against_the_rules_closes_the_connection(string header, string text)
    {
        (SocketTransport transport, Socket peer) = SocketPairs.NewRaw();
        using var connection = new Connection(transport);
        using (peer)
        {
            peer.Send([.. SocketPairs.Frame("good"u8), .. Convert.FromHexString(header), .. new byte[100]]);
            Assert.Equal("good"u8, connection.RecvBytes());
            Assert.Contains(text, Assert.Throws<InvalidDataException>(() => connection.RecvBytes()).Message, StringComparison.Ordinal);
            Assert.Throws<InvalidDataException>(() => connection.Recv<int>());
            Eventually.Holds(peer.IsEnded);
        }
    }

    [Fact]
    public void The_long_header_is_accepted_for_every_length()
    {
        (SocketTransport transport, Socket peer) = SocketPairs.NewRaw();
        using var connection = new Connection(transport);
        using (peer)
        {
            peer.Send(Convert.FromHexString("ffffffff0000000000000003616263" + "ffffffff0000000000000000" + "00000001" + "64"));
            Assert.Equal("abc"u8, connection.RecvBytes());
            Assert.Empty(connection.RecvBytes());
            Assert.Equal("d"u8, connection.RecvBytes());
        }
    }

    [Theory]
    [InlineData("00")]
    [InlineData("000000")]
    [InlineData("ffffffff")]
    [InlineData("ffffffff000000000000")]
    [InlineData("00000002")]
    [InlineData("0000000261")]
    public void An_end_within_a_message_is_no_end_of_the_stream(string bytes)
    {
        (SocketTransport transport, Socket peer) = SocketPairs.NewRaw();
        using var connection = new Connection(transport);
        peer.Send([.. SocketPairs.Frame("good"u8), .. Convert.FromHexString(bytes)]);
        peer.Dispose();
        Assert.Equal("good"u8, connection.RecvBytes());
        IOException failure = Assert.Throws<IOException>(() => connection.RecvBytes());   // exactly: no EndOfStreamException
        Assert.Contains("within a message", failure.Message, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => connection.RecvBytes());
    }

    /// <summary>Proves that the socket knows the key, by hand, and returns what it sent; or stops after some bytes.</summary>
    private static byte[] Authenticate(Socket socket, ReadOnlySpan<byte> key, int mostBytes = int.MaxValue)
    {
        Handshake client = Handshake.OfClient(key, allowsLegacy: false);
        var sent = new List<byte>();
        while (!client.IsComplete && sent.Count < mostBytes)
        {
            client.Take(socket.ReadFrame());
            if (client.Reply is { } reply)
            {
                byte[] frame = SocketPairs.Frame(reply);
                byte[] part = frame[..Math.Min(frame.Length, mostBytes - sent.Count)];
                socket.Send(part);
                sent.AddRange(part);
            }
        }

        return [.. sent];
    }

    /// <summary>What a client of TLS sends first.</summary>
    private static byte[] RecordedHello()
    {
        using TlsLayer client = TlsLayer.Client(SocketPairs.ClientTls);
        return client.Negotiate().Output.ToArray();
    }

    private static void AssertServes(Listener listener)
    {
        using Connection client = Client.Connect(listener.Address, Key);
        using Connection accepted = listener.Accept();
        client.Send(42);
        Assert.Equal(42, accepted.Recv<int>());
    }

    private static int OpenFiles() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
