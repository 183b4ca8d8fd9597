using Braid.Multiprocessing;
using Braid.Python;

namespace Braid.Tests;

/// <summary>Blocks of Python on the pages, run at the other end of the C# beside them.</summary>
public sealed class PythonBlockTests : TimedTest
{
    private const string Arguments = """
        import sys
        address, key = sys.argv[1], bytes.fromhex(sys.argv[2])

        """;

    private readonly Listener _listener = new(authKey: SocketPairs.Key, options: new ListenerOptions { AllowLegacyPeers = true });

    [Fact]
    public async Task The_client_of_the_page_is_answered()
    {
        string client = BlockWith("docs/with-python.md", "send_bytes");
        Task<string> python = Run(Arguments + client.Replace("\"/run/user/1000/jobs\"", "address", StringComparison.Ordinal));
        using Connection connection = await _listener.AcceptAsync(Cancellation);
        byte[] message = await connection.RecvBytesAsync(token: Cancellation);
        await connection.SendBytesAsync(message.Reverse().ToArray(), Cancellation);
        Assert.Equal("b'olleh'", await python);
    }

    [Fact]
    public async Task An_array_in_shared_memory_is_seen_by_Python()
    {
        const string Connect = """
            from multiprocessing.connection import Client
            connection = Client(address, authkey=key)

            """;
        Task<string> python = Run(Arguments + Connect + BlockWith("docs/with-python.md", "shared_memory"));
        using Connection connection = await _listener.AcceptAsync(Cancellation);
        Assert.Equal(500_000, WithPythonSnippets.ArrayInSharedMemory(connection));
        Assert.Equal("", await python);
    }

    [Fact]
    public async Task The_lines_of_the_README_ask_a_queue_of_ours_and_print_the_answer()
    {
        string block = Document.All.Single(static document => document.Name == "README.md").Blocks
            .Single(static block => block.Text.StartsWith("python3 -c '", StringComparison.Ordinal)).Text;
        string program = block["python3 -c '".Length..].TrimEnd('\'');
        const string Socket = "letters";
        File.Delete(Socket);
        await using var server = new BlockingActor();
        Task served = server.Do(ReadmeSnippets.QueueForPython);
        Eventually.Holds(() => File.Exists(Socket));
        Assert.Equal("spam has 4 letters", await Python.Run(program));
        const string Guess = """

            import multiprocessing
            try:
                M("letters", b"123456").connect()
            except multiprocessing.AuthenticationError:
                print("no")
            """;
        Assert.Equal("spam has 4 letters\nno", await Python.Run(program + Guess));
        await Python.Run($"{program}\n{AsLast("m.questions().shutdown()")}");
        await served;
    }

    [Fact]
    public async Task Python_reaches_our_objects_as_the_page_says()
    {
        string path = Path.Combine(Path.GetTempPath(), $"braid-test-{Guid.NewGuid():N}");
        await using var server = new BlockingActor();
        byte[] key = SocketPairs.Key.ToArray();
        var options = new ManagerServerOptions { Listener = new() { AllowLegacyPeers = true } };
        Task<string> served = server.Do(() => WithPythonSnippets.ObjectsForPython(path, key, options));
        Eventually.Holds(() => File.Exists(path));
        string client = BlockWith("docs/with-python.md", "Program.register(\"Scorer\")") + $"\n{AsLast("program.jobs().task_done()")}";
        Assert.Equal("3.0 1", await RunAt(path, client));
        Assert.Equal("spam", await served);
    }

    [Fact]
    public async Task We_reach_objects_of_Python_as_the_page_says()
    {
        string path = Path.Combine(Path.GetTempPath(), $"braid-test-{Guid.NewGuid():N}");
        string server = BlockWith("docs/with-python.md", "class Stock");
        using Python python = Python.Start(Arguments + At(server), path, Convert.ToHexString(SocketPairs.Key));
        Eventually.Holds(() => File.Exists(path));
        var options = new ManagerOptions { Client = new() { AllowLegacyPeers = true } };
        Assert.Equal(3 + 5, await WithPythonSnippets.ObjectsOfPython(path, SocketPairs.Key.ToArray(), options));
        File.Delete(path);
    }

    public override void Dispose()
    {
        _listener.Dispose();
        base.Dispose();
    }

    private static string BlockWith(string page, string text) => Document.All.Single(document => document.Name == page).Blocks
        .Single(block => block.Language == "python" && block.Text.Contains(text, StringComparison.Ordinal)).Text;

    /// <summary>A call that ends the server, which may end before it has replied.</summary>
    private static string AsLast(string call) => $"try: {call}\nexcept (EOFError, OSError): pass";

    private static string At(string program) => program.Replace("\"/run/user/1000/program\"", "address", StringComparison.Ordinal);

    private static Task<string> RunAt(string path, string program) =>
        Python.Run(Arguments + At(program), path, Convert.ToHexString(SocketPairs.Key));

    private Task<string> Run(string program) =>
        Python.Run(program, _listener.Address.Path!, Convert.ToHexString(SocketPairs.Key));
}
