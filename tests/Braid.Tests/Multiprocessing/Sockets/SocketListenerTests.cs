using System.Net.Sockets;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Listeners and clients of one process. After CPython's <c>_TestListener</c> and <c>_TestListenerClient</c>.</summary>
public sealed class SocketListenerTests : TimedTest
{
    private static ReadOnlySpan<byte> Key => SocketPairs.Key;

    public static TheoryData<string> Kinds => ["none", "path", "abstract", "tcp"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Peers_that_know_the_key_talk(string kind)
    {
        using var listener = new Listener(AddressOf(kind), Key);
        using Connection blocking = Client.Connect(listener.Address, Key);
        using Connection awaiting = await Client.ConnectAsync(listener.Address, Key, token: Cancellation);
        using Connection first = listener.Accept();
        using Connection second = await listener.AcceptAsync(Cancellation);
        blocking.Send("one");
        awaiting.Send("two");
        Assert.Equal("one", first.Recv<string>());
        Assert.Equal("two", second.Recv<string>());
        Assert.Equal(0, listener.RefusedCount);
        Assert.Equal(kind == "tcp", listener.LastAccepted is not null);
    }

    [Fact]
    public void Without_an_address_it_has_a_socket_in_a_folder_of_its_users_own()
    {
        string path;
        using (var listener = new Listener(authKey: Key))
        {
            path = listener.Address.Path!;
            Assert.True(File.Exists(path));
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Path.GetDirectoryName(path)!) == (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
            Assert.Equal($"Listener at {path}", listener.ToString());
        }

        Assert.False(Directory.Exists(Path.GetDirectoryName(path)));
    }

    [Fact]
    public void Files_of_listeners_that_were_not_closed_are_gone_after_their_process()
    {
        string folder = Directory.CreateTempSubdirectory("braid-listeners-").FullName;
        try
        {
            (Connection here, Connection there) = Pipe.Create();
            Multiprocessing.Process child = Multiprocessing.Process.Start(
                static ((Connection there, string folder) given) =>
                {
                    (Connection there, string folder) = given;
                    Environment.CurrentDirectory = folder;
                    Listener[] left = [new(authKey: Key), new(Path.Combine(folder, "given"), Key), new("relative", Key)];
                    Environment.CurrentDirectory = "/";
                    there.Send(left[0].Address.Path!);
                    GC.KeepAlive(left);
                },
                (there, folder));
            string made = here.Recv<string>();
            child.Join();
            Assert.Equal(0, child.ExitCode);
            Assert.False(Directory.Exists(Path.GetDirectoryName(made)), made);
            Assert.Empty(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_port_of_zero_becomes_the_port_that_the_system_has_chosen()
    {
        using var listener = new Listener(("localhost", 0), Key);
        Assert.Equal("127.0.0.1", listener.Address.Host);
        Assert.NotEqual(0, listener.Address.Port);
        Assert.Equal($"127.0.0.1:{listener.Address.Port}", listener.Address.ToString());
    }

    [Theory]
    [InlineData("path")]
    [InlineData("abstract")]
    [InlineData("tcp")]
    public void An_address_in_use_is_refused_and_free_again_after_the_close(string kind)
    {
        var first = new Listener(AddressOf(kind), Key);
        Assert.Contains("in use", Assert.Throws<IOException>(() => new Listener(first.Address, Key)).Message, StringComparison.Ordinal);
        first.Close();
        first.Close();
        using var second = new Listener(first.Address, Key);
        Assert.Equal(first.Address, second.Address);
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        Assert.Throws<ArgumentException>("authKey", () => new Listener());
        Assert.Throws<ArgumentException>("authKey", () => new Listener(authKey: []));
        Assert.Throws<ArgumentException>("authKey", () => Client.Connect("/tmp/none", []));
        Assert.Throws<ArgumentException>("authKey", () => { _ = Client.ConnectAsync("/tmp/none", []); });
        Assert.Throws<ArgumentException>(() => new Listener(("", 0), Key));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Listener(("localhost", 65536), Key));
        Assert.Throws<ArgumentException>(() => new Listener(("a.name.of.some.host", 0), Key));
        Assert.Throws<ArgumentException>(() => new Listener(new string('x', 200), Key));
        Assert.Throws<ArgumentException>(() => (Address)"");
        Assert.Throws<ArgumentOutOfRangeException>(() => new ListenerOptions { MaxMessageBytes = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ListenerOptions { MaxUnauthenticated = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ListenerOptions { Backlog = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClientOptions { HandshakeTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClientOptions { HandshakeTimeout = TimeSpan.FromSeconds(-2) });
    }

    [Fact]
    public async Task Where_nothing_listens_the_error_of_the_system_is_reported()
    {
        Assert.Contains("No such file", Assert.Throws<IOException>(() => Client.Connect("/tmp/braid-no-such-socket", Key)).Message, StringComparison.Ordinal);
        var listener = new Listener(("localhost", 0), Key);
        listener.Close();
        Assert.Contains("refused", Assert.Throws<IOException>(() => Client.Connect(listener.Address, Key)).Message, StringComparison.Ordinal);
        Assert.Contains("refused", (await Assert.ThrowsAsync<IOException>(() => Client.ConnectAsync(listener.Address, Key).AsTask())).Message, StringComparison.Ordinal);
        Assert.Contains("not known", Assert.Throws<IOException>(() => Client.Connect(("no-such-host.invalid", 1), Key)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(() => Client.ConnectAsync(("no-such-host.invalid", 1), Key, token: Cancellation).AsTask());
    }

    [Fact]
    public async Task Accepting_ends_by_timeout_token_close_and_interrupt()
    {
        using var listener = new Listener(authKey: Key);
        Assert.False(listener.TryAccept(out _));
        Assert.False(listener.TryAccept(out _, Brief));
        Assert.False((await listener.TryAcceptAsync(Brief, Cancellation)).Success);
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => listener.TryAccept(out _, TimeSpan.FromSeconds(-2)));
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => { _ = listener.TryAcceptAsync(TimeSpan.FromSeconds(-2)); });
        using var cancel = new CancellationTokenSource();
        await using var blocked = new BlockingActor();
        Task accepting = blocked.Do(() => listener.Accept(cancel.Token));
        Eventually.Holds(() => listener.AcceptorCount == 1);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listener.AcceptAsync(cancel.Token).AsTask());
        accepting = blocked.Do(() => listener.Accept());
        Eventually.Holds(() => listener.AcceptorCount == 1);
        blocked.Thread.Interrupt();
        await Assert.ThrowsAsync<ThreadInterruptedException>(() => accepting);
        accepting = blocked.Do(() => listener.Accept());
        Task awaiting = listener.AcceptAsync(Cancellation).AsTask();
        Eventually.Holds(() => listener.AcceptorCount == 2);
        listener.Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => accepting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => awaiting);
        Assert.Throws<ObjectDisposedException>(() => listener.Accept());
        Assert.Throws<ObjectDisposedException>(() => listener.TryAccept(out _));
        Assert.EndsWith("closed", listener.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Closing_the_listener_keeps_what_was_accepted_and_ends_what_was_not()
    {
        var listener = new Listener(authKey: Key);
        using Connection client = Client.Connect(listener.Address, Key);
        using Connection accepted = listener.Accept();
        using Connection waiting = Client.Connect(listener.Address, Key);
        using Socket stranger = SocketPairs.Dial(listener.Address);
        Eventually.Holds(() => listener.StrangerCount == 1);
        listener.Close();
        client.Send(1);
        Assert.Equal(1, accepted.Recv<int>());
        Assert.ThrowsAny<IOException>(() => waiting.Recv<int>());
        Eventually.Holds(stranger.IsEnded);
    }

    [Fact]
    public void A_client_that_has_gone_before_it_is_accepted_is_accepted_and_has_ended()   // after bpo-14725
    {
        using var listener = new Listener(authKey: Key);
        Client.Connect(listener.Address, Key).Close();
        using Connection accepted = listener.Accept();
        Assert.Throws<EndOfStreamException>(() => accepted.RecvBytes());
    }

    [Fact]
    public void While_enough_peers_wait_to_be_accepted_no_more_are_taken()
    {
        using var listener = new Listener(authKey: Key, options: new ListenerOptions { Backlog = 2 });
        using Connection first = Client.Connect(listener.Address, Key);
        using Connection second = Client.Connect(listener.Address, Key);
        Assert.Throws<TimeoutException>(() => Client.Connect(listener.Address, Key, new ClientOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(200) }));
        using Connection one = listener.Accept();
        using Connection third = Client.Connect(listener.Address, Key);
        using Connection two = listener.Accept();
        using Connection three = listener.Accept();
        third.Send(3);
        Assert.Equal(3, three.Recv<int>());
    }

    [Fact]
    public async Task Connecting_ends_by_its_deadline_and_by_its_token()
    {
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        string name = $"\0braid-silent-{Guid.NewGuid()}";
        silent.Bind(new UnixDomainSocketEndPoint(name));
        silent.Listen(10);   // a listener without a key sends nothing either (gh-123736)
        var options = new ClientOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(50) };
        Assert.Contains("no key", Assert.Throws<TimeoutException>(() => Client.Connect(name, Key, options)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TimeoutException>(() => Client.ConnectAsync(name, Key, options, Cancellation).AsTask());
        using var cancel = new CancellationTokenSource();
        await using var blocked = new BlockingActor();
        Task connecting = blocked.Do(() => Client.Connect(name, Key, token: cancel.Token));
        Task awaiting = Client.ConnectAsync(name, Key, token: cancel.Token).AsTask();
        using Socket first = await silent.AcceptAsync(Cancellation);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => awaiting);
        Assert.ThrowsAny<OperationCanceledException>(() => Client.Connect(name, Key, token: cancel.Token));
    }

    [Fact]
    public async Task Many_clients_at_once_are_all_served()
    {
        const int Clients = 200;
        using var listener = new Listener(authKey: Key);
        Task<Connection>[] connecting = [.. Enumerable.Range(0, Clients).Select(_ => Client.ConnectAsync(listener.Address, Key, token: Cancellation).AsTask())];
        for (int number = 0; number < Clients; number++)
        {
            using Connection accepted = await listener.AcceptAsync(Cancellation);
            await accepted.SendAsync(number, Cancellation);
        }

        int[] received = await Task.WhenAll(connecting.Select(async client =>
        {
            using Connection connection = await client;
            return await connection.RecvAsync<int>(Cancellation);
        }));
        Assert.Equal(Enumerable.Range(0, Clients), received.Order());
    }

    [Fact]
    public void A_message_of_the_longest_length_is_received_and_a_longer_one_closes_the_connection()
    {
        (Connection first, Connection second) = SocketPairs.New(null, new ListenerOptions { MaxMessageBytes = 1000 });
        using (first)
        using (second)
        {
            first.SendBytes(new byte[1000]);
            Assert.Equal(1000, second.RecvBytes().Length);
            first.SendBytes(new byte[1001]);
            Assert.True(second.Poll(Ample));
            string message = Assert.Throws<InvalidDataException>(() => second.RecvBytes()).Message;
            Assert.Contains("1,001", message, StringComparison.Ordinal);
            Assert.Contains("MaxMessageBytes", message, StringComparison.Ordinal);
            Assert.Throws<InvalidDataException>(() => second.TryRecv(out int _));
            Assert.True(second.Poll());
            Assert.ThrowsAny<IOException>(() => first.RecvBytes());
        }
    }

    [Fact]
    public async Task A_client_may_block_in_any_context_until_it_has_negotiated_tls()
    {
        using var listener = new Listener(("localhost", 0), Key, new ListenerOptions { Tls = SocketPairs.ServerTls });
        await using var blocked = new BlockingActor();
        await blocked.Do(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new NeverRuns());
            Client.Connect(listener.Address, Key, new ClientOptions { Tls = SocketPairs.ClientTls }).Close();
            Assert.IsType<NeverRuns>(SynchronizationContext.Current);
        });
        TaskScheduler scheduler = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        Task connected = new(() => Client.Connect(listener.Address, Key, new ClientOptions { Tls = SocketPairs.ClientTls }).Close(), Cancellation);
        connected.Start(scheduler);
        await connected;
    }

    [Fact]
    public void Tls_that_the_client_does_not_trust_is_refused_on_both_sides()
    {
        using var listener = new Listener(("localhost", 0), Key, new ListenerOptions { Tls = SocketPairs.ServerTls });
        var trustsNoOne = new ClientOptions { Tls = new() { TargetHost = "localhost" } };
        Assert.Contains("TLS", Assert.Throws<AuthenticationException>(() => Client.Connect(listener.Address, Key, trustsNoOne)).Message, StringComparison.Ordinal);
        Eventually.Holds(() => listener.RefusedCount == 1);
        Assert.Throws<AuthenticationException>(() => Client.Connect(listener.Address, "another"u8, new ClientOptions { Tls = SocketPairs.ClientTls }));
        Assert.ThrowsAny<Exception>(() => Client.Connect(listener.Address, Key, new ClientOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(200) }));
        using Connection good = Client.Connect(listener.Address, Key, new ClientOptions { Tls = SocketPairs.ClientTls });
        using Connection accepted = listener.Accept();
        good.Send(1);
        Assert.Equal(1, accepted.Recv<int>());
    }

    private static Address? AddressOf(string kind) => kind switch
    {
        "path" => Path.Combine(Path.GetTempPath(), $"braid-test-{Guid.NewGuid():N}"),
        "abstract" => $"\0braid-test-{Guid.NewGuid()}",
        "tcp" => ("localhost", 0),
        _ => (Address?)null,
    };

    /// <summary>The context of a thread that is busy with what it has called.</summary>
    private sealed class NeverRuns : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
