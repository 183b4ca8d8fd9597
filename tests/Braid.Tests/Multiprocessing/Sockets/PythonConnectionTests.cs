using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Every CPython of the machine at the other end, as a client and as a server.</summary>
public sealed class PythonConnectionTests : TimedTest
{
    private const string Server = """
        import sys
        from multiprocessing.connection import Listener
        with Listener(sys.argv[1], authkey=sys.argv[2].encode()) as listener:
            print('ready', flush=True)
            while True:
                try:
                    with listener.accept() as c:
                        while True:
                            try:
                                m = c.recv_bytes()
                            except EOFError:
                                break
                            c.send_bytes(m[::-1])
                    break
                except Exception as e:
                    print(type(e).__name__, flush=True)
        """;

    private const string Dialler = """
        import sys
        from multiprocessing import AuthenticationError
        from multiprocessing.connection import Client
        a = sys.argv[1]
        a = (a.split(':')[0], int(a.split(':')[1])) if ':' in a else a
        try:
            c = Client(a, authkey=sys.argv[2].encode())
        except AuthenticationError as e:
            print('AuthenticationError')
        else:
            for n in [0, 1, 2, 16380, 16384, 16385, 1000001, 5]:
                m = (bytes(range(256)) * (n // 256 + 1))[:n]
                c.send_bytes(m)
                assert c.recv_bytes() == m[::-1], n
            c.close()
            print('ok')
        """;

    public static TheoryData<string> Interpreters => [.. Pythons.All];

    [Theory]
    [MemberData(nameof(Interpreters))]
    public async Task A_python_client_and_our_listener_talk(string interpreter)
    {
        bool isLegacy = await Pythons.IsLegacy(interpreter);
        foreach (Address? address in new Address?[] { null, ("localhost", 0) })
        {
            using var listener = new Listener(address, SocketPairs.Key, new ListenerOptions { AllowLegacyPeers = isLegacy });
            Task<string> client = Python.RunOn(interpreter, Dialler, listener.Address.ToString(), Text(SocketPairs.Key));
            using Connection connection = await listener.AcceptAsync(Cancellation);
            try
            {
                while (true)
                {
                    byte[] message = await connection.RecvBytesAsync(token: Cancellation);
                    await connection.SendBytesAsync(message.Reverse().ToArray(), Cancellation);
                }
            }
            catch (EndOfStreamException)
            {
                Assert.Equal("ok", await client);
            }

            Assert.Equal("AuthenticationError", await Python.RunOn(interpreter, Dialler, listener.Address.ToString(), "another key"));
            Eventually.Holds(() => listener.RefusedCount == 1);
            Assert.Contains("answer to the challenge is wrong", listener.LastRefusal!.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Interpreters))]
    public async Task Our_client_and_a_python_listener_talk(string interpreter)
    {
        bool isLegacy = await Pythons.IsLegacy(interpreter);
        string path = Path.Combine(Path.GetTempPath(), $"braid-test-{Guid.NewGuid():N}");
        using Python server = Python.StartOn(interpreter, Server, path, Text(SocketPairs.Key));
        Assert.Equal("ready", await server.ReadLine());
        Assert.Throws<AuthenticationException>(() => Client.Connect(path, "another key"u8, new ClientOptions { AllowLegacyPeers = true }));
        Assert.Equal("AuthenticationError", await server.ReadLine());
        using Connection connection = Client.Connect(path, SocketPairs.Key, new ClientOptions { AllowLegacyPeers = isLegacy });
        foreach (int length in new[] { 0, 1, 16380, 16384, 16385, 1_000_001, 5 })
        {
            byte[] message = new byte[length];
            new Random(length).NextBytes(message);
            connection.SendBytes(message);
            Assert.Equal(message.Reverse(), connection.RecvBytes());
        }

        connection.Close();
        Assert.Equal("", await server.End());
    }

    [Theory]
    [MemberData(nameof(Interpreters))]
    public async Task A_python_that_knows_md5_alone_is_turned_away_unless_it_is_allowed(string interpreter)
    {
        Assert.SkipUnless(await Pythons.IsLegacy(interpreter), "It knows sha256.");
        using var listener = new Listener(authKey: SocketPairs.Key);
        Assert.Null(listener.LastRefusal);
        Assert.Equal("AuthenticationError", await Python.RunOn(interpreter, Dialler, listener.Address.ToString(), Text(SocketPairs.Key)));
        Eventually.Holds(() => listener.RefusedCount == 1);
        Assert.Contains("AllowLegacyPeers", listener.LastRefusal!.Message, StringComparison.Ordinal);
        string path = Path.Combine(Path.GetTempPath(), $"braid-test-{Guid.NewGuid():N}");
        using Python server = Python.StartOn(interpreter, Server, path, Text(SocketPairs.Key));
        Assert.Equal("ready", await server.ReadLine());
        var refused = Assert.Throws<AuthenticationException>(() => Client.Connect(path, SocketPairs.Key));
        Assert.Contains("AllowLegacyPeers", refused.Message, StringComparison.Ordinal);
        Assert.Equal("AuthenticationError", await server.ReadLine());
        File.Delete(path);
    }

    [Theory]
    [MemberData(nameof(Interpreters))]
    public async Task What_python_pickles_is_refused_by_name_and_can_be_had_as_bytes(string interpreter)
    {
        const string Program = """
            import sys
            from multiprocessing.connection import Client
            c = Client(sys.argv[1], authkey=sys.argv[2].encode())
            c.send(('spam', 42))
            c.send(('spam', 42))
            c.recv_bytes()
            """;
        using var listener = new Listener(authKey: SocketPairs.Key, options: new ListenerOptions { AllowLegacyPeers = true });
        Task<string> client = Python.RunOn(interpreter, Program, listener.Address.ToString(), Text(SocketPairs.Key));
        using Connection connection = await listener.AcceptAsync(Cancellation);
        Assert.Contains("pickle", Assert.Throws<PayloadException>(() => connection.Recv<string>()).Message, StringComparison.Ordinal);
        Assert.Contains("spam"u8.ToArray(), new HashSet<byte[]>(Windows(connection.RecvBytes(), 4), EqualityComparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceEqual(b), static bytes => bytes[0])));
        connection.SendBytes([]);
        Assert.Equal("", await client);
    }

    private static string Text(ReadOnlySpan<byte> key) => System.Text.Encoding.ASCII.GetString(key);

    private static IEnumerable<byte[]> Windows(byte[] bytes, int length) => Enumerable.Range(0, bytes.Length - length + 1).Select(start => bytes[start..(start + length)]);
}
