using System.Net;
using System.Net.Sockets;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>
/// Each way out of a sandbox is closed inside the strictest one, and open without: otherwise its test would prove nothing.
/// </summary>
public sealed class EscapeTests(EscapeTests.Setting setting) : SandboxedTest, IClassFixture<EscapeTests.Setting>
{
    private static readonly string[] s_refusals =
        ["denied", "not permitted", "Function not implemented", "Invalid cross-device link", "Bad system call"];

    public static TheoryData<string> Names => [.. Attempts.All.Keys];

    [Fact]
    public void There_are_many_attempts_and_each_exception_from_them_is_one() =>
        Assert.Empty(Attempts.OfRoot.Concat(Attempts.OfSomeKernels).Except(Attempts.All.Keys));

    [Theory]
    [MemberData(nameof(Names))]
    public void An_attempt_is_refused_inside_and_succeeds_outside(string name)
    {
        string? inside = Outcome(setting.Inside, name);
        Assert.True(inside is not null, $"\"{name}\" succeeded inside.");
        Assert.Contains(s_refusals, refusal => inside.Contains(refusal, StringComparison.OrdinalIgnoreCase));
        string? outside = Outcome(setting.Open, name);
        bool mayFail = Attempts.OfSomeKernels.Contains(name) || (Attempts.OfRoot.Contains(name) && !Environment.IsPrivilegedProcess);
        Assert.True(outside is null || mayFail, $"\"{name}\" does not succeed outside either: {outside}");
    }

    /// <returns>Null if the attempt has succeeded; otherwise how it was refused.</returns>
    private string? Outcome(ProcessPoolExecutor pool, string name)
    {
        Outside outside = setting.Outside;
        try
        {
            return pool.Submit(() => Attempts.Try(name, outside)).Result(Cancellation);
        }
        catch (WorkerCrashedException exception) when (exception.Worker.Signal == 31)   // SIGSYS
        {
            return $"Bad system call: {exception.Message}";
        }
    }

    /// <summary>A secret, a server, and processes of both kinds; each attempt gets a fresh one.</summary>
    public sealed class Setting : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Lazy<ProcessPoolExecutor> _inside;   // made by the first test that is not skipped

        public Setting()
        {
            string folder = Directory.CreateTempSubdirectory("braid-outside-").FullName;
            Directory.CreateDirectory(Path.Combine(folder, "movable"));
            _listener.Start();
            Outside = new Outside(folder, Environment.ProcessId, ((IPEndPoint)_listener.LocalEndpoint).Port);
            File.WriteAllText(Outside.Secret, Outside.Text);
            File.WriteAllText(Path.Combine(folder, "log"), "");
            var one = new ProcessPoolOptions { MaxWorkers = 1, MaxTasksPerChild = 1 };
            Open = new ProcessPoolExecutor(one);
            _inside = new(() => new ProcessPoolExecutor(one with { Sandbox = Sandbox.Strict with { TemporaryFolder = true } }));
        }

        public Outside Outside { get; }

        public ProcessPoolExecutor Open { get; }

        public ProcessPoolExecutor Inside => _inside.Value;

        public void Dispose()
        {
            if (_inside.IsValueCreated)
            {
                Inside.Dispose();
            }

            Open.Dispose();
            _listener.Dispose();
            Directory.Delete(Outside.Folder, recursive: true);
        }
    }
}
