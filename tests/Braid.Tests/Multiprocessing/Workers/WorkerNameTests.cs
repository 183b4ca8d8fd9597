using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What ps, top and the tools of .NET see of a worker.</summary>
public sealed class WorkerNameTests : TimedTest
{
    [Theory]
    [InlineData("images", "images_1")]
    [InlineData("a-rather-long-name", "a-rather-long_1")]
    [InlineData("größenänderung", "größenände_1")]
    public void A_worker_has_the_name_of_its_pool_and_a_number(string name, string shown)
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Name = name });
        int pid = PoolFault.WorkerOf(pool);
        Assert.Equal(shown, NameOf(pid));
        Assert.Equal($"{name}_1", Assert.Single(pool.Figures.Workers).Name);
        Assert.StartsWith($"{name},", pool.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_shows_its_own_name()
    {
        using var named = new RawValue<int>();
        var process = Process.Start(() => PoolFault.Hang(named), name: "resizer-7");
        Assert.Equal("resizer-7", NameOf(PoolFault.PidOf(named)));
        process.Kill();
        process.Join(Cancellation);
    }

    [Fact]
    public void An_empty_name_is_refused() =>
        Assert.Throws<ArgumentException>(static () => new ProcessPoolExecutor(new ProcessPoolOptions { Name = "" }));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Diagnostics_tools_can_attach_when_they_are_asked_for_and_leave_nothing(bool diagnostics)
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Diagnostics = diagnostics });
        int pid = PoolFault.WorkerOf(pool);
        Assert.True(diagnostics == File.Exists(SocketOf(pid)), $"{SocketOf(pid)}, and there are: {string.Join(", ", FilesOf(pid))}");
        PoolFault.Signal(pid, PoolFault.Kill);
        Eventually.Holds(() => FilesOf(pid).Length == 0);
        Assert.Null(pool.Submit(static () => Environment.GetEnvironmentVariable("DOTNET_EnableDiagnostics")).Result(Cancellation));
    }

    private static string[] FilesOf(int pid) => [.. Directory.EnumerateFiles(Path.GetTempPath(), $"dotnet-diagnostic-{pid}-*")];

    /// <summary>The name that .NET gives to the socket: it has the start of the process, since an older one may have had the number.</summary>
    private static string SocketOf(int pid)
    {
        string status = File.ReadAllText($"/proc/{pid}/stat");
        string start = status[(status.LastIndexOf(')') + 2)..].Split(' ')[19];   // the 22nd value; the name, the second, may have spaces
        return Path.Combine(Path.GetTempPath(), $"dotnet-diagnostic-{pid}-{start}-socket");
    }

    private static string NameOf(int pid) => File.ReadAllText($"/proc/{pid}/comm").TrimEnd();
}
