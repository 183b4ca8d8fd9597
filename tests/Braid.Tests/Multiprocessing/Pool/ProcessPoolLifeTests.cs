using System.Collections.Concurrent;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>How pools begin, change and end.</summary>
[Collection(nameof(ProgramWide))]   // one of them counts what the whole program has open
public sealed class ProcessPoolLifeTests : TimedTest
{
    [Theory]
    [InlineData("throws", "no licence")]
    [InlineData("exits", "ended before it was ready")]
    [InlineData("crashes", "ended before it was ready")]
    [InlineData("hangs", "did not get ready")]
    public void An_initializer_that_fails_is_told_to_the_waiting_tasks_after_a_few_starts(string way, string told)
    {
        using var starts = new RawValue<int>();
        TimeSpan patience = TimeSpan.FromSeconds(way == "hangs" ? 2 : 60);
        var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 2, Initializer = FailingInitializer(way, starts), StartTimeout = patience });
        Future<int>[] calls = [.. Enumerable.Range(0, 10).Select(i => pool.Submit(Constant(i)))];
        Assert.All(calls, call => Assert.Contains(told, PoolFault.Fails<WorkerStartException>(call).Message, StringComparison.Ordinal));
        Assert.InRange(starts.Value, 2, 6);
        Assert.True(pool.Shutdown(Ample));
    }

    [Fact]
    public void A_daemon_process_may_not_have_a_pool()
    {
        using var told = new Multiprocessing.Queue<string>();
        Process daemon = Process.Start(() => told.Put(MessageOfAPool()), daemon: true);
        Assert.Contains("may have no children", told.Get(Cancellation), StringComparison.Ordinal);
        daemon.Join();
    }

    [Fact]
    public void A_worker_that_cannot_start_is_told_with_what_it_printed()
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 2, Environment = new Dictionary<string, string?> { ["DOTNET_GCHeapHardLimit"] = "1" }, Output = QuietProcess.Swallow });
        Future<int>[] calls = [.. Enumerable.Range(0, 1000).Select(i => pool.Submit(Constant(i)))];
        Assert.All(calls, static call => PoolFault.Fails<WorkerStartException>(call));
        Exception?[] failures = [.. calls.Take(2).Select(static call => call.Exception())];
        Assert.NotSame(failures[0], failures[1]);
        Assert.NotEmpty(((WorkerStartException)failures[0]!).Worker!.ErrorOutput);
    }

    [Fact]
    public void A_callback_can_shut_the_pool_down_and_wait()
    {
        var pool = new ProcessPoolExecutor(1);
        var over = new Threading.Event();
        Future<int> call = pool.Submit(static () => 1);
        call.AddDoneCallback(_ =>
        {
            pool.Dispose();
            over.Set();
        });
        Assert.True(over.TryWait(Ample));
    }

    [Fact]
    public void Each_submit_that_races_a_shutdown_is_refused_or_done()
    {
        for (int round = 0; round < 5; round++)
        {
            var pool = new ProcessPoolExecutor(1);
            PoolFault.AssertServes(pool, 1);
            var accepted = new ConcurrentBag<Future<int>>();
            using var start = new System.Threading.Barrier(6);
            Threading.Thread[] threads =
            [
                .. Enumerable.Range(0, 4).Select(_ => new Threading.Thread(() =>
                {
                    start.SignalAndWait();
                    SubmitUntilRefused(pool, accepted);
                })),
                .. Enumerable.Range(0, 2).Select(_ => new Threading.Thread(() =>
                {
                    start.SignalAndWait();
                    pool.Shutdown();
                })),
            ];
            Array.ForEach(threads, static thread => thread.Start());
            Array.ForEach(threads, static thread => thread.Join());
            Assert.All(accepted, static call => Assert.True(call.Done));
            Assert.Empty(pool.Figures.Workers);
        }
    }

    [Fact]
    public void A_shutdown_with_a_deadline_kills_stuck_workers_and_leaves_no_process()
    {
        var pool = new ProcessPoolExecutor(1);
        using var running = new RawValue<int>();
        Future<int> stuck = pool.Submit(Hang(running));
        Future<int> waiting = pool.Submit(static () => 1);
        int pid = PoolFault.PidOf(running);
        PoolFault.Signal(pid, PoolFault.Stop);
        Assert.False(pool.Shutdown(TimeSpan.FromMilliseconds(50)));
        Assert.Contains("0.05 s after the shutdown", PoolFault.Fails<WorkerCrashedException>(stuck).Message, StringComparison.Ordinal);
        Assert.True(waiting.Cancelled);
        Eventually.Holds(() => !PoolFault.Runs(pid));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Killing_and_terminating_the_workers_ends_the_pool(bool kills)
    {
        using var running = new RawValue<int>();
        var pool = new ProcessPoolExecutor(1);
        Future<int> call = pool.Submit(Hang(running));
        Future<int> waiting = pool.Submit(static () => 1);
        int pid = PoolFault.PidOf(running);
        End(pool, kills);
        Assert.Equal(kills ? ExitReason.Killed : ExitReason.Terminated, PoolFault.Fails<WorkerCrashedException>(call).Worker!.Reason);
        Assert.True(waiting.Cancelled);
        pool.Shutdown();
        Assert.False(PoolFault.Runs(pid));
        Assert.Throws<InvalidOperationException>(() => pool.Submit(static () => 1));
        End(pool, kills);
        var unused = new ProcessPoolExecutor(1);
        End(unused, kills);
        unused.Shutdown();
    }

    [Theory]
    [InlineData(1, 2, 10)]
    [InlineData(2, 1, 6)]
    public void Workers_are_replaced_after_their_tasks_while_more_wait(int workers, int tasksEach, int tasks)
    {
        using var pool = new ProcessPoolExecutor(workers, maxTasksPerChild: tasksEach);
        int[] pids = [.. pool.Map(static _ => Environment.ProcessId, Enumerable.Range(0, tasks))];
        Assert.All(pids.CountBy(static pid => pid), entry => Assert.InRange(entry.Value, 1, tasksEach));
        Assert.Equal(0, pool.Figures.Failed);
    }

    [Fact]
    public void A_shutdown_while_replacements_are_due_does_all_work()
    {
        Future<int>[] calls;
        using (var pool = new ProcessPoolExecutor(2, maxTasksPerChild: 1))
        {
            calls = [.. Enumerable.Range(0, 6).Select(i => pool.Submit(Constant(i)))];
        }

        Assert.Equal(Enumerable.Range(0, 6), calls.Select(static call => call.Result()));
    }

    [Fact]
    public void An_idle_worker_is_used_again_before_another_is_started()
    {
        using var pool = new ProcessPoolExecutor(3);
        int first = PoolFault.WorkerOf(pool);
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(first, PoolFault.WorkerOf(pool)));
        Assert.Single(pool.Figures.Workers);
    }

    [Fact]
    public void A_pool_can_be_resized_under_load()
    {
        using var pool = new ProcessPoolExecutor(2);
        var calls = new List<Future<int>>();
        foreach (int size in new[] { 4, 1, 3, 1, 2 })
        {
            calls.AddRange(Enumerable.Range(0, 100).Select(i => pool.Submit(Constant(i))));
            pool.Resize(size);
            calls[^1].Result();
        }

        Assert.All(calls, static call => Assert.InRange(call.Result(), 0, 99));
        Assert.Equal((0, 0), (pool.Figures.Failed, pool.Figures.Restarts));
    }

    [Fact]
    public void A_task_may_have_a_pool_of_its_own()
    {
        using var pool = new ProcessPoolExecutor(1);
        Assert.Equal(9, pool.Submit(static () => NineFromAnotherPool()).Result());
    }

    [Fact]
    public void A_forgotten_pool_runs_what_it_has_and_its_workers_leave()
    {
        (Future<int> call, int pid) = Forget();
        Eventually.Holds(() =>
        {
            GC.Collect();
            return !PoolFault.Runs(pid);
        });
        Assert.Equal(3, call.Result());

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static (Future<int> Call, int Pid) Forget()
        {
            var pool = new ProcessPoolExecutor(1);
            return (pool.Submit(static () => 3), PoolFault.WorkerOf(pool));
        }
    }

    [Fact]
    public void Pools_that_come_and_go_leave_no_descriptors_no_memory_and_no_processes()
    {
        Process.Run(static () => 0);
        Cycle();
        ProcessResidueTests.WaitForTheSpare();
        int[] before = Residue();
        for (int cycle = 0; cycle < 8; cycle++)
        {
            Cycle();
        }

        Eventually.Holds(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Residue().Zip(before).All(static pair => pair.First <= pair.Second + 4);
        });

        // Its environment is not ours, so it has no use for the spare worker that is always there.
        static void Cycle()
        {
            using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Environment = new Dictionary<string, string?> { ["BRAID_TEST"] = "1" } });
            PoolFault.AssertServes(pool, 1);
            PoolFault.Fails<WorkerExitedException>(pool.Submit(static () => PoolFault.ExitNow(1)));
            Assert.Equal(100_000, pool.Submit(static () => new byte[100_000]).Result().Length);
        }

        // descriptors, mapped segments, children (also dead ones)
        static int[] Residue() =>
        [
            Directory.GetFileSystemEntries("/proc/self/fd").Length,
            File.ReadLines("/proc/self/maps").Count(static line => line.Contains("memfd", StringComparison.Ordinal)),
            File.ReadAllText($"/proc/self/task/{Environment.ProcessId}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Length,
        ];
    }

    private static string MessageOfAPool()
    {
        try
        {
            using var pool = new ProcessPoolExecutor(1);
            return $"there is {pool}";
        }
        catch (InvalidOperationException refusal)
        {
            return refusal.Message;
        }
    }

    private static Func<int> Constant(int number) => () => number;

    private static Func<int> Hang(RawValue<int> running) => () => PoolFault.Hang(running);

    private static int NineFromAnotherPool()
    {
        using var inner = new ProcessPoolExecutor(1);
        return inner.Submit(static () => 9).Result();
    }

    private static void SubmitUntilRefused(ProcessPoolExecutor pool, ConcurrentBag<Future<int>> accepted)
    {
        try
        {
            for (int i = 0; i < 1000; i++)
            {
                accepted.Add(pool.Submit(Constant(i)));
            }
        }
        catch (InvalidOperationException)
        {
            // the pool is shut down
        }
    }

    private static void End(ProcessPoolExecutor pool, bool kills)
    {
        if (kills)
        {
            pool.KillWorkers();
        }
        else
        {
            pool.TerminateWorkers();
        }
    }

    private static Action FailingInitializer(string way, RawValue<int> starts) => () =>
    {
        Interlocked.Increment(ref starts.Ref);
        switch (way)
        {
            case "throws":
                throw new InvalidOperationException("no licence");
            case "exits":
                Environment.Exit(3);
                break;
            case "crashes":
                PoolFault.KillMyself();
                break;
            default:
                new Threading.Event().Wait();
                break;
        }
    };
}
