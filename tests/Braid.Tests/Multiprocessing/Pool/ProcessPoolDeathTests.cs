using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Workers die in every way, and it costs the one task they were running.</summary>
public sealed class ProcessPoolDeathTests : TimedTest
{
    [Fact]
    public void An_idle_worker_that_is_killed_is_replaced_and_no_task_is_lost()
    {
        using var pool = new ProcessPoolExecutor(1);
        int pid = PoolFault.WorkerOf(pool);
        PoolFault.Signal(pid, PoolFault.Kill);
        Assert.NotEqual(pid, PoolFault.WorkerOf(pool));
        Eventually.Holds(() => pool.Figures.Restarts == 1);
    }

    [Fact]
    public void A_task_is_submitted_in_the_very_moment_in_which_the_worker_is_killed()
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Retries = 10 });
        for (int round = 0; round < 10; round++)
        {
            int pid = PoolFault.WorkerOf(pool);
            Future<int> before = pool.Submit(static () => 1);
            PoolFault.Signal(pid, PoolFault.Kill);
            Future<int> after = pool.Submit(static () => 2);
            Assert.Equal((1, 2), (before.Result(), after.Result()));
        }
    }

    [Fact]
    public void A_busy_worker_that_is_killed_costs_its_task_and_tells_how_it_ended()
    {
        using var pool = new ProcessPoolExecutor(2);
        using var running = new RawValue<int>();
        using var otherRunning = new RawValue<int>();
        using var go = new Event();
        Future<int> victim = pool.Submit(() => Hang(running));
        Future<int> other = pool.Submit(() => WaitFor(otherRunning, go));
        PoolFault.PidOf(otherRunning);
        int pid = PoolFault.PidOf(running);
        PoolFault.Signal(pid, PoolFault.Kill);
        var failure = PoolFault.Fails<WorkerCrashedException>(victim);
        Assert.Equal((pid, -9, ExitReason.Signaled), (failure.Worker!.Pid, failure.Worker.ExitCode, failure.Worker.Reason));
        Assert.Contains("SIGKILL", failure.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(A_busy_worker_that_is_killed_costs_its_task_and_tells_how_it_ended), failure.Message, StringComparison.Ordinal);
        Assert.False(other.Done);
        go.Set();
        Assert.Equal(1, other.Result());
        PoolFault.AssertServes(pool);
    }

    [Theory]
    [InlineData("Exit(0)", 0)]
    [InlineData("Exit(3)", 3)]
    [InlineData("Exit(137)", 137)]
    [InlineData("_exit(0)", 0)]
    [InlineData("SIGKILL", -9)]
    [InlineData("SIGSEGV", -11)]
    [InlineData("FailFast", -6)]
    [InlineData("stack overflow", -6)]
    [InlineData("unhandled exception", -6)]
    public void A_task_that_ends_its_process_fails_and_says_how(string way, int exitCode)
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Output = QuietProcess.Swallow });
        ProcessException failure = exitCode < 0 ? PoolFault.Fails<WorkerCrashedException>(pool.Submit(() => End(way))) : PoolFault.Fails<WorkerExitedException>(pool.Submit(() => End(way)));
        WorkerEnd end = failure is WorkerCrashedException crash ? crash.Worker! : ((WorkerExitedException)failure).Worker!;
        Assert.Equal(exitCode, end.ExitCode);
        Assert.Contains(way switch { "FailFast" => "on purpose", "stack overflow" => "Stack overflow", "unhandled exception" => "nobody catches this", _ => "" }, end.ErrorOutput, StringComparison.Ordinal);
        PoolFault.AssertServes(pool);
    }

    [Fact]
    public void All_workers_die_at_once_and_each_running_task_has_an_error_of_its_own()
    {
        using var pool = new ProcessPoolExecutor(2);
        using var running = new RawArray<int>(2);
        using var go = new Event();
        Future<int>[] busy = [.. Enumerable.Range(0, 2).Select(index => pool.Submit(HangAt(running, index)))];
        Future<int>[] queued = [.. Enumerable.Range(0, 100).Select(i => pool.Submit(() => i))];
        Eventually.Holds(() => running[0] != 0 && running[1] != 0);
        PoolFault.Signal(running[0], PoolFault.Kill);
        PoolFault.Signal(running[1], PoolFault.Kill);
        Exception[] failures = [.. busy.Select(PoolFault.Fails<WorkerCrashedException>)];
        Assert.NotSame(failures[0], failures[1]);
        Assert.Equal(Enumerable.Range(0, 100), queued.Select(static call => call.Result()));
        Assert.Equal(2, pool.Figures.Failed);
    }

    [Fact]
    public void A_poisonous_task_is_given_up_after_its_retries_and_the_others_end()
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Retries = 3 });
        using var begun = new RawValue<int>();
        Future<int> poison = pool.Submit(() => CountAndDie(begun));
        Future<int> other = pool.Submit(static () => 5);
        var failure = PoolFault.Fails<WorkerCrashedException>(poison);
        Assert.Equal(4, begun.Value);
        Assert.Equal(3, failure.Message.Split("attempt ").Length - 1);
        Assert.Equal(5, other.Result());
    }

    [Fact]
    public void Without_retries_a_task_is_begun_once()
    {
        using var pool = new ProcessPoolExecutor(1);
        using var begun = new RawValue<int>();
        PoolFault.Fails<WorkerCrashedException>(pool.Submit(() => CountAndDie(begun)));
        PoolFault.AssertServes(pool);
        Assert.Equal(1, begun.Value);
    }

    [Fact]
    public void A_worker_that_kills_its_neighbour_costs_the_neighbours_task()
    {
        using var pool = new ProcessPoolExecutor(2);
        using var running = new RawValue<int>();
        Future<int> victim = pool.Submit(() => Hang(running));
        Future<int> killer = pool.Submit(() => KillOther(running));
        PoolFault.Fails<WorkerCrashedException>(victim);
        Assert.Equal(7, killer.Result());
        PoolFault.AssertServes(pool);
    }

    [Fact]
    public void A_stopped_worker_is_seen_and_not_taken_for_dead()
    {
        using var pool = new ProcessPoolExecutor(1);
        using var running = new RawValue<int>();
        using var go = new Event();
        Future<int> call = pool.Submit(() => WaitFor(running, go));
        int pid = PoolFault.PidOf(running);
        PoolFault.Signal(pid, PoolFault.Stop);
        UntilSeenStopped(pool);
        go.Set();
        Assert.False(call.TryResult(out _, Brief));
        PoolFault.Signal(pid, PoolFault.Continue);
        Assert.Equal(1, call.Result());
        Assert.Equal(0, pool.Figures.Restarts);
    }

    [Fact]
    public void A_stopped_worker_is_killed_by_its_tasks_limit()
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, TaskTimeout = TimeSpan.FromSeconds(1) });
        using var running = new RawValue<int>();
        Future<int> call = pool.Submit(() => Hang(running));
        PoolFault.Signal(PoolFault.PidOf(running), PoolFault.Stop);
        PoolFault.Fails<TaskTimeoutException>(call);
        Eventually.Holds(() => !PoolFault.Runs(running.Value));
        PoolFault.AssertServes(pool);
    }

    [Theory]
    [InlineData(KillPoint.Hello, null, 10)]
    [InlineData(KillPoint.Initializer, null, 10)]
    [InlineData(KillPoint.Claimed, typeof(WorkerCrashedException), 10)]
    [InlineData(KillPoint.Claimed, typeof(WorkerCrashedException), 5_000_000)]
    [InlineData(KillPoint.Running, typeof(WorkerCrashedException), 10)]
    [InlineData(KillPoint.BeforeTheResult, typeof(WorkerCrashedException), 10)]
    [InlineData(KillPoint.InTheResult, typeof(WorkerCrashedException), 10)]
    [InlineData(KillPoint.InTheResult, typeof(WorkerCrashedException), 5_000_000)]
    [InlineData(KillPoint.AfterTheResult, null, 10)]
    [InlineData(KillPoint.AfterTheResult, null, 5_000_000)]
    [InlineData(KillPoint.Leaving, null, 10)]
    public void A_worker_that_is_killed_at_any_point_costs_one_task_at_most(string place, Type? failure, int bytes)
    {
        string file = Path.GetTempFileName();
        try
        {
            var options = new ProcessPoolOptions { MaxWorkers = 1, Environment = new Dictionary<string, string?> { [KillPoint.Variable] = $"{place}:{file}" } };
            using (var pool = new ProcessPoolExecutor(options))
            {
                byte[] data = new byte[bytes];
                Future<byte[]> call = pool.Submit(() => Echo(data));
                Future<int> next = pool.Submit(static () => 3);
                Future.Wait([call]);
                Assert.Equal(failure, call.TryException(out Exception? exception) ? exception?.GetType() : null);
                Assert.Equal(3, next.Result());
                PoolFault.AssertServes(pool);
            }

            Assert.False(File.Exists(file), "The worker did not get to the point.");
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The parent sleeps, and nothing is due that would wake it: what the killed worker leaves undone, nobody does.</summary>
    [Theory]
    [InlineData(KillPoint.FrameWritten, typeof(WorkerCrashedException))]
    [InlineData(KillPoint.FrameCommitted, null)]
    [InlineData(KillPoint.BellRung, null)]
    public void A_worker_that_is_killed_while_it_wakes_the_parent_does_not_leave_it_asleep(string place, Type? failure)
    {
        string file = Path.GetTempFileName();
        File.Delete(file);
        try
        {
            var options = new ProcessPoolOptions { MaxWorkers = 1, Environment = new Dictionary<string, string?> { [KillPoint.Variable] = $"{place}:{file}" } };
            using var pool = new ProcessPoolExecutor(options);
            Assert.Equal(1, pool.Submit(static () => 1).Result());
            SharedBell bell = SharedBell.Of(ProcessTable.Self);
            do
            {
                Future<int> call = pool.Submit(() =>
                {
                    System.Threading.Thread.Sleep(300);   // longer than any thread spins
                    File.Create(file).Dispose();
                    return 2;
                });
                Eventually.Holds(() => bell.IsArmed);
                Eventually.Holds(() => call.Done);        // without the help of this thread
                Assert.Equal(failure, call.TryException(out Exception? exception) ? exception?.GetType() : null);
                PoolFault.AssertServes(pool);             // by now the worker has died at the point, or gone past it
            }
            while (File.Exists(file));                    // the parent was awake by chance, and needed no ring
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_worker_killed_at_random_moments_around_large_payloads_never_blocks_the_pool()
    {
        const int Megabytes = 40;
        var random = new Random(20);
        using var pool = new ProcessPoolExecutor(1);
        for (int round = 0; round < 8; round++)
        {
            int pid = PoolFault.WorkerOf(pool);
            byte[] data = new byte[Megabytes << 20];
            data[^1] = (byte)round;
            Future<byte[]> call = pool.Submit(() => Echo(data));
            long turns = random.Next(400_000);
            for (long turn = 0; turn < turns; turn++)
            {
                System.Threading.Thread.SpinWait(1);
            }

            PoolFault.Signal(pid, PoolFault.Kill);
            Future.Wait([call]);
            Assert.True(call.TryException(out Exception? failure) && failure is null ? call.Result()[^1] == round : failure is WorkerCrashedException, $"{failure}");
            Assert.Equal(round, pool.Submit(() => round).Result());
        }
    }

    private static void UntilSeenStopped(ProcessPoolExecutor pool) => Eventually.Holds(() => pool.Figures.Workers is [{ IsStopped: true }]);

    private static Func<int> HangAt(RawArray<int> running, int index) => () =>
    {
        running[index] = Environment.ProcessId;
        new Threading.Event().Wait();
        return 0;
    };

    private static int Hang(RawValue<int> running) => PoolFault.Hang(running);

    private static int WaitFor(RawValue<int> running, Event go)
    {
        PoolFault.Announce(running);
        go.Wait();
        return 1;
    }

    private static int KillOther(RawValue<int> running)
    {
        PoolFault.Signal(PoolFault.PidOf(running), PoolFault.Kill);
        return 7;
    }

    private static int CountAndDie(RawValue<int> begun)
    {
        Interlocked.Increment(ref begun.Ref);
        PoolFault.KillMyself();
        return 0;
    }

    private static byte[] Echo(byte[] data) => data;

    private static int End(string way)
    {
        switch (way)
        {
            case "Exit(0)" or "Exit(3)" or "Exit(137)":
                Environment.Exit(int.Parse(way[5..^1], System.Globalization.CultureInfo.InvariantCulture));
                break;
            case "_exit(0)":
                PoolFault.ExitNow(0);
                break;
            case "SIGKILL":
                PoolFault.KillMyself();
                break;
            case "SIGSEGV":
                PoolFault.SegmentationFault();
                break;
            case "FailFast":
                Environment.FailFast("on purpose");
                break;
            case "stack overflow":
                return PoolFault.Overflow(0);
            default:
                new System.Threading.Thread(static () => throw new InvalidOperationException("nobody catches this")).Start();
                break;
        }

        new Threading.Event().Wait();
        return 0;
    }
}
