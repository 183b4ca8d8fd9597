using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace Braid.Checking.Tests.Hooks;

/// <summary>Members that the checker does not control and that may run nevertheless.</summary>
public sealed class OutsideTests
{
    private static readonly CheckOptions s_options = new()
    {
        Schedules = 50,
        Uncontrolled = ["System.Net.*", "System.Diagnostics.Process.*"],
    };

    [Fact]
    public void A_permitted_call_runs_and_is_reported_and_no_pass_is_exhaustive()
    {
        static void Body()
        {
            var other = new Thread(static () => GC.KeepAlive(Dns.GetHostName()));
            other.Start();
            other.Join();
        }

        Assert.Equal(Verdict.NotControlled, Check.Explore(Body).Verdict);
        CheckReport report = Check.Explore(Body, s_options);
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
        Assert.Contains("ran outside of control: System.Net.Dns.GetHostName;", report.Covers + ";", StringComparison.Ordinal);
        Assert.False(report.Exhaustive);
        Assert.DoesNotContain("exhaustive", report.Proves, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_matches_nothing_does_not_affect_the_proof()
    {
        CheckReport report = Check.Explore(
            static () =>
            {
                var other = new Thread(static () => { });
                other.Start();
                other.Join();
            },
            s_options);
        Assert.True(report.Exhaustive, report.ToString());
        Assert.DoesNotContain("outside of control", report.Covers, StringComparison.Ordinal);
    }

    [Fact]
    public void A_race_beside_such_a_call_is_found()
    {
        CheckReport report = Check.Explore(
            static () =>
            {
                int total = 0;
                var other = new Thread(() =>
                {
                    Dns.GetHostName();
                    total++;
                });
                other.Start();
                total++;
                other.Join();
            },
            s_options);
        Assert.Contains(report.Verdict, new[] { Verdict.DataRace, Verdict.LostUpdate });
    }

    [Fact]
    public void A_task_of_a_process_is_awaited_in_real_time()
    {
        static async Task<int> Body()
        {
            using Process process = Process.Start("sleep", "0.05");
            await process.WaitForExitAsync();
            return process.ExitCode;
        }

        CheckReport refused = Check.Explore(static () => Body(), s_options with { Uncontrolled = [] });
        Assert.Equal(Verdict.NotControlled, refused.Verdict);
        Assert.Contains("CheckOptions.Uncontrolled", refused.Sentence, StringComparison.Ordinal);
        CheckReport report = Check.Explore(static async () => Require(await Body() == 0), s_options with { Schedules = 3 });
        Assert.True(report.Verdict is Verdict.Passed or Verdict.NothingChecked, report.ToString());
        Assert.Contains("a task of System.Diagnostics.Process.WaitForExitAsync", report.Covers, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_task_of_a_socket_is_awaited_in_real_time()
    {
        CheckReport report = Check.Explore(
            static async () =>
            {
                using var listener = new TcpListener(IPAddress.Loopback, 0);
                listener.Start();
                using var client = new TcpClient();
                await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
                using TcpClient server = await listener.AcceptTcpClientAsync();
                int total = 0;
                Task<int> reads = Task.Run(async () =>
                {
                    byte[] bytes = new byte[1];
                    total += await server.GetStream().ReadAsync(bytes.AsMemory());
                    return (int)bytes[0];
                });
                await client.GetStream().WriteAsync(new byte[] { 7 }.AsMemory());
                Require(await reads == 7 && total == 1);
            },
            s_options with { Schedules = 5 });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
        Assert.Contains("System.Net.Sockets.TcpListener..ctor", report.Covers, StringComparison.Ordinal);
    }

    /// <summary>Each of these is complete at once in every other run, and only after a while in the runs between.</summary>
    [Theory]
    [InlineData(nameof(Exits))]
    [InlineData(nameof(ExitsByDelegate))]
    [InlineData(nameof(ExitsLookedAt))]
    [InlineData(nameof(Reads))]
    [InlineData(nameof(ReadsThroughTheBase))]
    [InlineData(nameof(ReadsAsTask))]
    [InlineData(nameof(ReadsLookedAt))]
    [InlineData(nameof(ReadsText))]
    public void How_soon_it_is_complete_makes_no_difference(string name)
    {
        MethodInfo body = typeof(OutsideTests).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
        CheckReport report = Check.Explore(body.CreateDelegate<Func<Task>>(), s_options with { Schedules = 8 });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }

    [Fact]
    public void A_race_with_the_code_after_an_await_of_such_a_call_is_found_even_if_the_call_completes_immediately()
    {
        CheckReport report = Check.Explore(
            static async () =>
            {
                int total = 0;
                using var process = Process.Start("true");
                process.WaitForExit();
                async Task Count()
                {
                    await process.WaitForExitAsync();
                    total++;
                }

                Task counts = Count();
                total++;
                await counts;
            },
            s_options);
        Assert.Contains(report.Verdict, new[] { Verdict.DataRace, Verdict.LostUpdate });
    }

    [Fact]
    public void A_wait_that_nothing_outside_ends_is_stuck_in_bounded_time()
    {
        CheckReport report = Check.Explore(
            static async () =>
            {
                // Longer than the patience of the watch on a machine where this process hardly gets to run.
                using Process process = Process.Start("sleep", "3000");
                try
                {
                    await process.WaitForExitAsync();
                }
                finally
                {
                    process.Kill();
                }
            },
            s_options with { Time = TimeSpan.FromSeconds(1) });
        Assert.True(report.Verdict == Verdict.Stuck, report.ToString());
    }

    private static async Task Exits()
    {
        using Process process = StartWithDelay();
        await Beside(process.WaitForExitAsync());
    }

    private static async Task ExitsByDelegate()
    {
        using Process process = StartWithDelay();
        Func<CancellationToken, Task> exits = process.WaitForExitAsync;
        await Beside(exits(CancellationToken.None));
    }

    private static async Task ExitsLookedAt()
    {
        using Process process = StartWithDelay();
        Task exits = process.WaitForExitAsync();
        Require(exits.IsCompleted);
        await Beside(exits);
    }

    private static async Task ReadsText()
    {
        using Process process = StartWithDelay();
        await Beside(process.StandardOutput.ReadToEndAsync());
    }

    private static Task Reads() => WithStream(static async stream => Require(await stream.ReadAsync(new byte[1].AsMemory()) == 1));

    private static Task ReadsThroughTheBase() =>
        WithStream(static async stream => Require(await ((Stream)stream).ReadAsync(new byte[1].AsMemory()) == 1));

    private static Task ReadsAsTask() =>
        WithStream(static stream => ((Stream)stream).ReadAsync(new byte[1].AsMemory()).AsTask());

    private static Task ReadsLookedAt() => WithStream(
        static async stream =>
        {
            ValueTask<int> reads = ((Stream)stream).ReadAsync(new byte[1].AsMemory());
            Require(reads.IsCompleted);
            await reads;
        });

    /// <summary>A process that has ended when it is returned, or is still running.</summary>
    private static Process StartWithDelay()
    {
        bool atOnce = IsOdd();
        var process = Process.Start(new ProcessStartInfo("sleep", atOnce ? "0" : "0.05") { RedirectStandardOutput = true })!;
        if (atOnce)
        {
            process.WaitForExit();
        }

        return process;
    }

    /// <summary>Reads from a socket that has received its byte already, or will receive it in a while.</summary>
    private static async Task WithStream(Func<NetworkStream, Task> read)
    {
        bool atOnce = IsOdd();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        string seconds = atOnce ? "0" : "0.05";
        using Process sends = Process.Start("bash", ["-c", $"exec 3<>/dev/tcp/127.0.0.1/{port}; sleep {seconds}; echo x >&3"]);
        using TcpClient receiver = listener.AcceptTcpClient();
        if (atOnce)
        {
            sends.WaitForExit();
        }

        await Beside(read(receiver.GetStream()));
    }
    /// <summary>Another thread runs meanwhile.</summary>
    private static async Task Beside(Task task)
    {
        int total = 0;
        async Task Count()
        {
            await task;
            Interlocked.Increment(ref total);
        }

        await Task.WhenAll(Task.Run(Count), Task.Run(() => Interlocked.Increment(ref total)));
        Require(total == 2);
    }

    /// <summary>True in every other run. A static field would be reset before each run.</summary>
    private static bool IsOdd()
    {
        const string key = $"{nameof(OutsideTests)}.IsOdd";
        bool isOdd = AppContext.GetData(key) is not true;
        AppContext.SetData(key, isOdd);
        return isOdd;
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("It does not hold.");
        }
    }
}
