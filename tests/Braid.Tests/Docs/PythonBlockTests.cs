using Braid.Multiprocessing;

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
    public async Task The_line_of_the_README_asks_a_queue_of_ours_and_prints_the_answer()
    {
        string line = Document.All.Single(static document => document.Name == "README.md").Blocks
            .Single(static block => block.Text.StartsWith("python3 -c '", StringComparison.Ordinal)).Text;
        string program = line["python3 -c '".Length..].TrimEnd('\'');
        const string Socket = "letters";
        File.Delete(Socket);
        await using var server = new BlockingActor();
        Task served = server.Do(ReadmeSnippets.QueueForPython);
        Eventually.Holds(() => File.Exists(Socket));
        string guess = program.Replace("a secret", "123456", StringComparison.Ordinal);
        const string Guesser = "import multiprocessing, sys\ntry: exec(sys.argv[1])\nexcept multiprocessing.AuthenticationError: print('no')";
        Assert.Equal("no", await Python.Run(Guesser, guess));
        Assert.Equal("spam has 4 letters", await Python.Run(program));
        await served;
    }

    public override void Dispose()
    {
        _listener.Dispose();
        base.Dispose();
    }

    private static string BlockWith(string page, string text) => Document.All.Single(document => document.Name == page).Blocks
        .Single(block => block.Language == "python" && block.Text.Contains(text, StringComparison.Ordinal)).Text;

    private Task<string> Run(string program) =>
        Python.Run(program, _listener.Address.Path!, Convert.ToHexString(SocketPairs.Key));
}
