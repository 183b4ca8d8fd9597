using System.Globalization;
using Braid.Multiprocessing;
using Braid.Python;

namespace Braid.Tests;

/// <summary>The servers that clients are tested against: Braid's, and that of every CPython of the machine.</summary>
internal sealed class ManagerServers : IDisposable
{
    public const string Braid = "Braid";

    private readonly IDisposable _server;

    private ManagerServers(IDisposable server, Address address, bool isLegacy)
    {
        (_server, Address) = (server, address);
        Options = new ManagerOptions { Client = new ClientOptions { AllowLegacyPeers = isLegacy } };
    }

    public static IEnumerable<string> All => Pythons.All.Prepend(Braid);

    public static string Script => Path.Combine(Repository.Root, "tests", "Braid.Tests", "Managers", "managers.py");

    public static string Key => "a key for tests";

    public Address Address { get; }

    public ManagerOptions Options { get; }

    /// <summary>The server of this program; null if it is a Python.</summary>
    public ManagerServer? Own => _server as ManagerServer;

    /// <summary>Starts a server of a kind.</summary>
    public static async Task<ManagerServers> Start(string kind, bool overTcp = false)
    {
        string address = overTcp ? "127.0.0.1:0" : Path.Combine(Path.GetTempPath(), $"braid-test-{Guid.NewGuid():N}");
        if (kind == Braid)
        {
            ManagerServer own = New(overTcp ? ("127.0.0.1", 0) : address);
            own.Register("jobs", () => new Queues.Queue<object?>());
            own.Register("Scorer", (double factor = 1.0) => (IScorer)new Scorer(factor));
            own.Start();
            return new ManagerServers(own, own.Address, isLegacy: false);
        }

        bool isLegacy = await Pythons.IsLegacy(kind);
        Python python = Python.StartFileOn(kind, Script, "serve", address, Key);
        string? ready = await python.ReadLine();
        Assert.StartsWith("ready ", ready, StringComparison.Ordinal);
        string[] parts = ready!["ready ".Length..].Split(':');
        return new ManagerServers(
            python, parts.Length == 2 ? (parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture)) : parts[0], isLegacy);
    }

    /// <summary>A server of this program that takes every client.</summary>
    public static ManagerServer New(Address? address = null, ManagerServerOptions? options = null) => new(
        address, System.Text.Encoding.ASCII.GetBytes(Key),
        (options ?? new ManagerServerOptions()) with { Listener = new ListenerOptions { AllowLegacyPeers = true } });

    public Manager Connect() => Manager.Connect(Address, System.Text.Encoding.ASCII.GetBytes(Key), Options);

    public static Manager Connect(ManagerServer server) => Manager.Connect(server.Address, System.Text.Encoding.ASCII.GetBytes(Key));

    public void Dispose()
    {
        _server.Dispose();
        if (Address.Path is { } path)
        {
            File.Delete(path);
        }
    }

    /// <summary>What the class of the same name in managers.py is.</summary>
    public interface IScorer
    {
        double Score(IReadOnlyList<double> values);

        string Describe(string name, bool upper = false);

        IEnumerable<long> Steps(int count);

        void Fail(string kind);

        object Unpicklable();

        Task<long> PidAsync();
    }

    private sealed class Scorer(double factor) : IScorer
    {
        public double Score(IReadOnlyList<double> values) => values.Sum() * factor;

        public string Describe(string name, bool upper) => upper ? name.ToUpperInvariant() : name;

        public IEnumerable<long> Steps(int count) => Enumerable.Range(0, count).Select(static one => (long)one);

        public void Fail(string kind) => throw kind switch
        {
            "value" => new PythonException(new PythonGlobal("builtins", "ValueError"), "bad", 3),
            "key" => new PythonException(new PythonGlobal("builtins", "KeyError"), "zz"),
            _ => new PythonException(new PythonGlobal("multiprocessing.managers", "RemoteError"), "own"),
        };

        public object Unpicklable() => new Action(static () => { });

        public async Task<long> PidAsync()
        {
            await Task.Yield();
            return Environment.ProcessId;
        }
    }
}
