using System.Net;
using System.Net.Sockets;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Sandboxes: what can be added to them, how their refusals are reported, and when nothing is started.</summary>
public sealed class SandboxTests : SandboxedTest
{
    private readonly string _folder = Directory.CreateTempSubdirectory("braid-outside-").FullName;

    private string Secret => Path.Combine(_folder, "secret");

    public SandboxTests() => File.WriteAllText(Secret, Outside.Text);

    public override void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        base.Dispose();
    }

    [Fact]
    public void A_path_can_be_added_to_read_and_only_that()
    {
        string other = Path.Combine(_folder, "other");
        File.WriteAllText(other, "");
        Sandbox sandbox = Sandbox.Strict.WithRead(Secret);
        Assert.Equal(Outside.Text, Process.Run(static path => File.ReadAllText(path), Secret, sandbox: sandbox));
        Assert.Throws<UnauthorizedAccessException>(
            () => Process.Run(static path => File.ReadAllText(path), other, sandbox: sandbox));
        Assert.Throws<UnauthorizedAccessException>(
            () => Process.Run(static path => Do(() => File.WriteAllText(path, "")), Secret, sandbox: sandbox));
    }

    [Fact]
    public void A_folder_can_be_added_to_write_and_only_that()
    {
        string inside = Directory.CreateDirectory(Path.Combine(_folder, "inside")).FullName;
        Sandbox sandbox = Sandbox.Strict.WithWrite(inside);
        Process.Run(
            static inside =>
            {
                string folder = Directory.CreateDirectory(Path.Combine(inside, "new")).FullName;
                string file = Path.Combine(folder, "file");
                File.WriteAllText(file, "written");
                File.Move(file, Path.Combine(inside, "moved"));
                Directory.Delete(folder);
                return 0;
            },
            inside,
            sandbox: sandbox);
        Assert.Equal("written", File.ReadAllText(Path.Combine(inside, "moved")));
        Assert.Throws<UnauthorizedAccessException>(
            () => Process.Run(static path => File.ReadAllText(path), Secret, sandbox: sandbox));
    }

    [Fact]
    public void A_program_can_be_added_to_run_and_is_in_the_same_sandbox()
    {
        Sandbox sandbox = Sandbox.Strict.WithRun("/bin", "/usr/bin");
        Assert.Equal((0, true), Process.Run(static secret => (Run("true"), Run("cat", secret) != 0), Secret, sandbox: sandbox));

        static int Run(string program, params string[] arguments)
        {
            using var process = System.Diagnostics.Process.Start($"/bin/{program}", arguments);
            process.WaitForExit();
            return process.ExitCode;
        }
    }

    [Fact]
    public void Reading_everything_changes_nothing()
    {
        Assert.Equal(Outside.Text, Process.Run(static path => File.ReadAllText(path), Secret, sandbox: Sandbox.ReadOnly));
        Assert.Throws<UnauthorizedAccessException>(
            () => Process.Run(static path => Do(() => File.Delete(path)), Secret, sandbox: Sandbox.ReadOnly));
    }

    [Fact]
    public void Without_the_network_the_rest_is_there()
    {
        (string text, int code, bool hasPath) = Process.Run(
            static secret =>
            {
                File.AppendAllText(secret, "!");
                File.SetLastWriteTimeUtc(secret, DateTime.UnixEpoch);
                using var process = System.Diagnostics.Process.Start("true");
                process.WaitForExit();
                return (File.ReadAllText(secret), process.ExitCode, Environment.GetEnvironmentVariable("PATH") is not null);
            },
            Secret,
            sandbox: Sandbox.NoNetwork);
        Assert.Equal((Outside.Text + "!", 0, true), (text, code, hasPath));
        Assert.Throws<SocketException>(static () => Process.Run(static () => Connect(1), sandbox: Sandbox.NoNetwork));
    }

    [Fact]
    public void Connections_to_a_port_can_be_added_and_only_those()
    {
        using var allowed = new TcpListener(IPAddress.Loopback, 0);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        allowed.Start();
        other.Start();
        int port = ((IPEndPoint)allowed.LocalEndpoint).Port;
        Sandbox sandbox = Sandbox.Strict with { Network = SandboxNetwork.Tcp(port) };
        Process.Run(static port => Connect(port), port, sandbox: sandbox);
        int otherPort = ((IPEndPoint)other.LocalEndpoint).Port;
        SocketException refused =
            Assert.Throws<SocketException>(() => Process.Run(static port => Connect(port), otherPort, sandbox: sandbox));
        Assert.Equal(SocketError.AccessDenied, refused.SocketErrorCode);
        Assert.Throws<SocketException>(() => Process.Run(static () => OpenUdp(), sandbox: sandbox));
        Assert.Throws<SocketException>(() => Process.Run(
            static () =>
            {
                using var server = new TcpListener(IPAddress.Loopback, 0);
                server.Start();
                return 0;
            },
            sandbox: sandbox));
    }

    [Fact]
    public void The_whole_network_can_be_added()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Sandbox sandbox = Sandbox.Strict with { Network = SandboxNetwork.All };
        Process.Run(static port => Connect(port), ((IPEndPoint)listener.LocalEndpoint).Port, sandbox: sandbox);
        Process.Run(static () => OpenUdp(), sandbox: sandbox);
    }

    [Fact]
    public void A_refusal_names_the_path_and_what_was_allowed()
    {
        UnauthorizedAccessException refused = Assert.Throws<UnauthorizedAccessException>(
            () => Process.Run(static path => File.ReadAllText(path), Secret, sandbox: Sandbox.Strict));
        Assert.Contains(Secret, refused.Message, StringComparison.Ordinal);
        SandboxException cause = Assert.IsType<SandboxException>(refused.GetBaseException());
        Assert.Equal(Sandbox.Strict, cause.Sandbox);
        Assert.Contains("write nothing, start no process and use no network", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_that_no_refusal_has_caused_gets_no_such_cause() =>
        Assert.Null(Assert.Throws<InvalidOperationException>(
            static () => Process.Run(static int () => throw new InvalidOperationException("on purpose"), sandbox: Sandbox.Strict))
            .InnerException);

    [Fact]
    public void A_pool_and_a_process_take_a_sandbox_too()
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Sandbox = Sandbox.Strict });
        string secret = Secret;
        Assert.IsType<SandboxException>(
            Assert.Throws<UnauthorizedAccessException>(() => pool.Submit(() => File.ReadAllText(secret)).Result(Cancellation))
                .GetBaseException());
        Assert.Equal([1, 4, 9], pool.Map(static number => number * number, [1, 2, 3]));
        var process = new Process(() => File.ReadAllText(secret)) { Sandbox = Sandbox.Strict };
        process.Start();
        process.Join(Cancellation);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("in a sandbox", process.End!.ToString(), StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => process.Sandbox = null);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(70_000)]
    [InlineData(30_000_000)]
    public void Arguments_results_and_captured_values_may_be_of_any_size(int bytes)
    {
        byte[] data = new byte[bytes];
        data.AsSpan().Fill(7);
        byte[] result = Process.Run(
            static data =>
            {
                data.AsSpan().Fill(8);
                return data;
            },
            data,
            sandbox: Sandbox.Strict);
        Assert.Equal((bytes, false), (result.Length, result.AsSpan().ContainsAnyExcept((byte)8)));
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 2, Sandbox = Sandbox.Strict });
        Assert.Equal(
            Enumerable.Range(0, 10).Select(number => bytes + number),
            pool.Map(number => data.Length + number, Enumerable.Range(0, 10), chunksize: 2));
        Future<int>[] calls = [.. Enumerable.Range(0, 6).Select(number => pool.Submit(() => data[^1] + number))];
        Assert.Equal([7, 8, 9, 10, 11, 12], calls.Select(call => call.Result(Cancellation)));
    }

    [Fact]
    public void A_large_request_that_is_taken_back_leaves_the_next_one_whole()
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Sandbox = Sandbox.Strict });
        int worker = PoolFault.WorkerOf(pool);
        PoolFault.Signal(worker, PoolFault.Stop);
        Eventually.Holds(() => PoolFault.IsStopped(worker));
        (byte[] first, byte[] second) = (new byte[200_000], new byte[100_000]);
        first.AsSpan().Fill(1);
        second.AsSpan().Fill(2);
        Future<int> taken = pool.Submit(() => (int)first[^1]);
        Assert.True(taken.Cancel());   // it lies in the worker's memory, and the worker has not begun it
        Future<int> next = pool.Submit(() => second.Length + second[^1]);
        PoolFault.Signal(worker, PoolFault.Continue);
        Assert.Equal(100_002, next.Result(Cancellation));
        Assert.Equal(worker, PoolFault.WorkerOf(pool));
    }

    [Fact]
    public void What_lies_in_shared_memory_is_refused_by_name()
    {
        using var shared = new RawArray<int>([1]);
        PayloadException refused =
            Assert.Throws<PayloadException>(() => Process.Run(static array => array[0], shared, sandbox: Sandbox.Strict));
        Assert.Contains("RawArray<", refused.Message, StringComparison.Ordinal);
        Assert.Contains("in a sandbox", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_own_temporary_folder_is_empty_and_goes_with_it()
    {
        Sandbox sandbox = Sandbox.Strict with { TemporaryFolder = true };
        (string folder, int entries) = Process.Run(
            static () =>
            {
                int entries = Directory.GetFileSystemEntries(Path.GetTempPath()).Length;
                Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "a", "b"));
                File.WriteAllText(Path.Combine(Path.GetTempPath(), "a", "b", "c"), "text");
                File.CreateSymbolicLink(Path.Combine(Path.GetTempPath(), "link"), "/");
                return (Path.GetTempPath(), entries);
            },
            sandbox: sandbox);
        Assert.Equal(0, entries);
        Assert.NotEqual(Path.GetTempPath(), folder);
        Eventually.Holds(() => !Directory.Exists(folder));
    }

    [Fact]
    public void Processor_time_beyond_the_limit_ends_it()
    {
        WorkerCrashedException failure = Assert.Throws<WorkerCrashedException>(static () => Process.Run(
            static int () =>
            {
                while (true)
                {
                }
            },
            sandbox: Sandbox.Strict with { ProcessorTime = TimeSpan.FromSeconds(1) }));
        Assert.Equal(24, failure.Worker.Signal);
        Assert.Contains("more processor time than its sandbox allows", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_beyond_the_limit_and_one_open_file_too_many_are_refused()
    {
        Sandbox sandbox = Sandbox.Strict with { TemporaryFolder = true, FileBytes = 1_000_000, OpenFiles = 256 };
        (bool large, bool many) = Process.Run(
            static () =>
            {
                string file = Path.Combine(Path.GetTempPath(), "file");
                bool large = Fails(() => File.WriteAllBytes(file, new byte[2_000_000]));
                var open = new List<FileStream>();
                return (large, Fails(() =>
                {
                    for (int count = 0; count < 300; count++)
                    {
                        open.Add(File.OpenRead(file));
                    }
                }));
            },
            sandbox: sandbox);
        Assert.True(large);
        Assert.True(many);

        static bool Fails(Action action)
        {
            try
            {
                action();
                return false;
            }
            catch (Exception exception) when (exception is IOException or ArgumentOutOfRangeException)
            {
                return true;
            }
        }
    }

    [Fact]
    public void A_variable_that_a_pool_names_is_passed_on()
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions
        {
            MaxWorkers = 1,
            Sandbox = Sandbox.Strict,
            Environment = new Dictionary<string, string?> { ["BRAID_TEST_SANDBOX"] = "here" },
        });
        Assert.Equal(
            ("here", null),
            pool.Submit(static () => (Environment.GetEnvironmentVariable("BRAID_TEST_SANDBOX"), Environment.GetEnvironmentVariable("HOME")))
                .Result(Cancellation));
    }

    [Fact]
    public void A_path_that_does_not_exist_is_named_and_nothing_starts()
    {
        string missing = Path.Combine(_folder, "missing");
        WorkerStartException failure = Assert.Throws<WorkerStartException>(
            () => Process.Run(static () => 1, sandbox: Sandbox.Strict.WithRead(missing)));
        Assert.Contains(missing, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Descriptions_of_the_same_are_equal()
    {
        Assert.Equal(Sandbox.Strict.WithRead("/a", "/b"), Sandbox.Strict.WithRead("/b").WithRead("/a"));
        Assert.NotEqual(Sandbox.Strict.WithRead("/a"), Sandbox.Strict.WithWrite("/a"));
        Assert.Equal(SandboxNetwork.Tcp(80, 443), SandboxNetwork.Tcp(443, 80));
        Assert.NotEqual(Sandbox.Strict, Sandbox.Strict with { Required = SandboxLevel.Available });
        Assert.Equal("/a", Assert.Single(Sandbox.Strict.WithRead("/x/../a").ReadPaths));
    }

    [Fact]
    public void Impossible_limits_and_ports_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => Sandbox.Strict with { ProcessorTime = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(static () => Sandbox.Strict with { OpenFiles = 255 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => Sandbox.Strict with { FileBytes = -1 });
        Assert.Throws<ArgumentNullException>(static () => Sandbox.Strict with { Network = null! });
        Assert.Throws<ArgumentException>(static () => Sandbox.Strict.WithRead(""));
        Assert.Throws<ArgumentException>(static () => SandboxNetwork.Tcp());
        Assert.Throws<ArgumentOutOfRangeException>(static () => SandboxNetwork.Tcp(0));
        Assert.Throws<ArgumentOutOfRangeException>(static () => SandboxNetwork.Tcp(65536));
        Assert.Throws<ArgumentException>(
            static () => new ProcessPoolExecutor(new ProcessPoolOptions { Sandbox = Sandbox.Strict, Diagnostics = true }));
    }

    /// <summary>What each kernel lacks; the numbers are Landlock's versions.</summary>
    [Theory]
    [InlineData(0, true, "Files, and the memory of other processes:")]
    [InlineData(1, false, "Sockets, processes, and the rest of the kernel:")]
    [InlineData(1, true, "")]
    [InlineData(7, true, "")]
    public void A_weaker_system_names_what_is_missing_for_the_strictest(int landlock, bool filters, string missing)
    {
        SandboxStrength strength = SandboxStrength.Of(landlock, filters);
        Assert.Equal(missing.Length == 0 ? 0 : 1, strength.Missing.Count);
        Assert.All(strength.Missing, sentence => Assert.StartsWith(missing, sentence, StringComparison.Ordinal));
        if (missing.Length > 0)
        {
            Assert.Contains(
                missing, Assert.Throws<WorkerStartException>(() => strength.Require(Sandbox.Strict)).Message, StringComparison.Ordinal);
        }
        else
        {
            strength.Require(Sandbox.Strict);
        }
    }

    [Fact]
    public void What_only_a_younger_kernel_restricts_is_missing_only_if_it_is_asked_for()
    {
        SandboxStrength old = SandboxStrength.Of(3, filtersSystemCalls: true);
        Sandbox withPort = Sandbox.Strict with { Network = SandboxNetwork.Tcp(1) };
        Sandbox withProgram = Sandbox.Strict.WithRun("/bin");
        Assert.StartsWith("TCP ports:", Assert.Single(old.MissingFor(withPort)), StringComparison.Ordinal);
        Assert.StartsWith("Signals", Assert.Single(old.MissingFor(withProgram)), StringComparison.Ordinal);
        Assert.All([withPort, withProgram], sandbox => Assert.Empty(SandboxStrength.Of(6, filtersSystemCalls: true).MissingFor(sandbox)));
    }

    [Fact]
    public void Less_is_accepted_only_if_that_is_said_and_never_nothing()
    {
        Sandbox accepting = Sandbox.Strict with { Required = SandboxLevel.Available };
        SandboxStrength.Of(0, filtersSystemCalls: true).Require(accepting);
        SandboxStrength.Of(1, filtersSystemCalls: false).Require(accepting);
        Assert.Throws<WorkerStartException>(() => SandboxStrength.Of(0, filtersSystemCalls: false).Require(accepting));
    }

    [Fact]
    public void This_system_has_what_the_strictest_needs() => Assert.Empty(Sandbox.Strength.Missing);

    /// <summary>As a worker that is not in one does; there, other ways to its death exist.</summary>
    [Fact]
    public void A_process_in_it_dies_with_its_parent()
    {
        var channel = Channel.Create(opensNothing: true);
        int token = ProcessTable.Current.Reserve();
        var settings = new WorkerSettings { Sandbox = Sandbox.Strict };
        ProcessTable table = ProcessTable.Current.CreateFor(token);
        using var fence = new SandboxFence(Sandbox.Strict, folder: null);
        SpawnedProcess orphan = Spawner.Start(
            channel, table, token, WorkerProgram.EnvironmentFor(token, settings, folder: null), processors: null, fence.Thread);
        try
        {
            Eventually.Holds(() => channel.Responses.HasMessage);   // it is up
            Assert.Null(ChildStatus.Of(orphan.Pid));
            Descriptors.Close(orphan.Death);
            Eventually.Holds(() => ChildStatus.Of(orphan.Pid) == -Signals.Kill);
        }
        finally
        {
            ParentDeathTests.End(orphan, token);
            table.Segment.Release();
            channel.Segment.Release();
        }
    }

    [Fact]
    public void The_processes_of_the_program_are_not_in_its_table()
    {
        int token = ProcessTable.Current.Reserve();
        try
        {
            Assert.True(Process.Run(() => ProcessTable.Current.IsListed(token)));
            Assert.Equal(
                (false, true, true),
                Process.Run(
                    () => (
                        ProcessTable.Current.IsListed(token),
                        ProcessTable.Current.IsListed(ProcessTable.Self),
                        Process.Parent!.IsAlive),
                    sandbox: Sandbox.Strict));
        }
        finally
        {
            ProcessTable.Current.MarkDead(token);
        }
    }

    private static int Do(Action action)
    {
        action();
        return 0;
    }

    private static int Connect(int port)
    {
        using var client = new TcpClient();
        client.Connect(IPAddress.Loopback, port);
        return port;
    }

    private static int OpenUdp()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        return 0;
    }
}
