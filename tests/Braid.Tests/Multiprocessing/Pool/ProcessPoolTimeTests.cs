using System.Diagnostics;
using System.Runtime.CompilerServices;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Time limits and cancellation, and what they leave behind.</summary>
public sealed class ProcessPoolTimeTests : TimedTest
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMilliseconds(500);

    [Theory]
    [InlineData("busy loop")]
    [InlineData("ignores the request to end")]
    public void A_task_past_its_limit_is_dead_and_the_next_one_runs(string way)
    {
        using var pool = Limited();
        using var running = new RawValue<int>();
        PoolFault.AssertServes(pool);
        long begun = Stopwatch.GetTimestamp();
        var failure = PoolFault.Fails<TaskTimeoutException>(pool.Submit(Overrun(way, running)));
        Assert.InRange(Stopwatch.GetElapsedTime(begun), s_limit, Ample);
        Assert.Equal(s_limit, failure.Limit);
        Assert.Equal((running.Value, ExitReason.TimedOut), (failure.Worker!.Pid, failure.Worker.Reason));
        Assert.False(PoolFault.Runs(running.Value));
        PoolFault.AssertServes(pool);
    }

    [Fact]
    public void Programs_that_a_task_has_started_are_gone_with_it()
    {
        using var pool = Limited();
        using var grandchild = new RawValue<int>();
        PoolFault.Fails<TaskTimeoutException>(pool.Submit(StartSleep(grandchild)));
        Eventually.Holds(() => !PoolFault.Runs(grandchild.Value));
    }

    [Fact]
    public void The_time_in_the_queue_does_not_count()
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, TaskTimeout = TimeSpan.FromSeconds(2) });
        Future<int>[] calls = [.. Enumerable.Range(0, 12).Select(_ => pool.Submit(static () => WaitFor(TimeSpan.FromSeconds(0.25))))];
        Assert.All(calls, static call => Assert.Equal(1, call.Result()));
    }

    [Fact]
    public void A_cancelled_task_that_runs_is_killed_and_the_next_one_runs()
    {
        using var pool = new ProcessPoolExecutor(1);
        using var running = new RawValue<int>();
        Future<int> call = pool.Submit(Hang(running));
        int pid = PoolFault.PidOf(running);
        Assert.True(call.Cancel());
        Assert.True(call.Cancelled);
        Assert.NotEqual(pid, PoolFault.WorkerOf(pool));
        Eventually.Holds(() => !PoolFault.Runs(pid));
    }

    [Fact]
    public void Tasks_cancelled_at_random_times_end_once_and_no_other_is_hit()
    {
        const int Rounds = 400;
        var random = new Random(52);
        using var pool = new ProcessPoolExecutor(2);
        PoolFault.AssertServes(pool);
        var calls = new List<(Future<int> Call, bool IsCancelled)>();
        int callbacks = 0;
        for (int round = 0; round < Rounds; round++)
        {
            Future<int> bystander = pool.Submit(Constant(round));
            Future<int> call = pool.Submit(Constant(round));
            Future<int> other = pool.Submit(Constant(round));
            call.AddDoneCallback(_ => Interlocked.Increment(ref callbacks));
            System.Threading.Thread.SpinWait(random.Next(3000));
            calls.Add((bystander, false));
            calls.Add((call, round % 8 == 0 && call.Cancel()));
            calls.Add((other, false));
        }

        for (int index = 0; index < calls.Count; index++)
        {
            (Future<int> call, bool isCancelled) = calls[index];
            Future.Wait([call]);
            Assert.Equal(isCancelled, call.Cancelled);
            Assert.True(isCancelled || call.Result() == index / 3);
        }

        Eventually.Holds(() => Volatile.Read(ref callbacks) == Rounds);
        Assert.Equal(0, pool.Figures.Failed);
    }

    [Fact]
    public void A_storm_of_cancellations_with_large_payloads_in_flight_ends()
    {
        var pool = new ProcessPoolExecutor(2);
        byte[] data = new byte[8_000_000];
        Future<byte[]>[] calls = [.. Enumerable.Range(0, 20).Select(_ => pool.Submit(Echo(data)))];
        Array.ForEach(calls, static call => call.Cancel());
        Assert.True(pool.Shutdown(Ample));
        Assert.All(calls, static call => Assert.True(call.Done));
    }

    [Fact]
    public void A_token_that_fires_during_the_submit_leaves_the_task_cancelled_or_done()
    {
        const int Rounds = 50;
        using var pool = new ProcessPoolExecutor(1);
        PoolFault.AssertServes(pool);
        using var both = new System.Threading.Barrier(2);
        CancellationTokenSource? source = null;
        var thread = new Threading.Thread(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                both.SignalAndWait();
                source!.Cancel();
                both.SignalAndWait();
            }
        });
        thread.Start();
        for (int round = 0; round < Rounds; round++)
        {
            source = new CancellationTokenSource();
            both.SignalAndWait();
            Future<int> call = pool.Submit(Constant(round), source.Token);
            both.SignalAndWait();
            Future.Wait([call]);
            Assert.True(call.Cancelled || call.Result() == round);
            source.Dispose();
        }

        thread.Join();
        PoolFault.AssertServes(pool);
        Assert.Equal((0, 0), (pool.Figures.Pending, pool.Figures.Failed));
    }

    [Fact]
    public void A_call_may_have_a_limit_that_the_pool_has_not()
    {
        using var pool = new ProcessPoolExecutor(1);
        using var running = new RawValue<int>();
        Future<int> patient = pool.Submit(static () => WaitFor(2 * s_limit));
        var failure = PoolFault.Fails<TaskTimeoutException>(pool.WithTaskTimeout(s_limit).Submit(Hang(running)));
        Assert.Equal(s_limit, failure.Limit);
        Assert.Equal(1, patient.Result(Cancellation));
        PoolFault.AssertServes(pool);
    }

    [Fact]
    public void A_call_may_have_no_limit_although_the_pool_has_one()
    {
        using ProcessPoolExecutor pool = Limited();
        ProcessPoolExecutor patient = pool.WithTaskTimeout(Timeout.InfiniteTimeSpan);
        Assert.Equal(1, patient.Submit(static () => WaitFor(3 * s_limit)).Result(Cancellation));
        Assert.Equal([1, 1], patient.Map(static _ => WaitFor(3 * s_limit), [0, 1], chunksize: 2));
    }

    [Fact]
    public void The_limit_of_a_map_holds_for_each_item()
    {
        using var pool = new ProcessPoolExecutor(1);
        ProcessPoolExecutor limited = pool.WithTaskTimeout(TimeSpan.FromSeconds(4));
        Assert.Equal([1, 1, 1, 1, 1], limited.Map(static _ => WaitFor(TimeSpan.FromSeconds(1)), Enumerable.Range(0, 5), chunksize: 5));
        using var results = limited.Map(static n => n == 1 ? WaitFor(TimeSpan.FromHours(1)) : n, [0, 1, 2], chunksize: 3).GetEnumerator();
        Assert.True(results.MoveNext());
        Assert.Equal(0, results.Current);
        Assert.Contains("item 2 of a chunk of 3", Assert.Throws<TaskTimeoutException>(() => results.MoveNext()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_view_keeps_its_pool_alive_and_shares_its_end()
    {
        ProcessPoolExecutor view = ViewOfForgottenPool();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        PoolFault.AssertServes(view);
        view.Shutdown();
        Assert.Throws<InvalidOperationException>(() => view.WithTaskTimeout(s_limit).Submit(static () => 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void A_limit_that_is_none_is_refused(int milliseconds)
    {
        using var pool = new ProcessPoolExecutor(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.WithTaskTimeout(TimeSpan.FromMilliseconds(milliseconds)));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ProcessPoolExecutor ViewOfForgottenPool() => new ProcessPoolExecutor(1).WithTaskTimeout(s_limit);

    private static ProcessPoolExecutor Limited() => new(new ProcessPoolOptions { MaxWorkers = 1, TaskTimeout = s_limit });

    private static Func<int> Constant(int number) => () => number;

    private static Func<byte[]> Echo(byte[] data) => () => data;

    private static Func<int> Hang(RawValue<int> running) => () => PoolFault.Hang(running);

    private static Func<int> Overrun(string way, RawValue<int> running) => () =>
    {
        PoolFault.Announce(running);
        using var handler = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, static context => context.Cancel = true);
        while (way == "busy loop")
        {
        }

        return PoolFault.Hang(running);
    };

    private static Func<int> StartSleep(RawValue<int> grandchild) => () =>
    {
        using var program = System.Diagnostics.Process.Start("sleep", "1000");
        grandchild.Value = program.Id;
        program.WaitForExit();
        return 0;
    };

    private static int WaitFor(TimeSpan time)
    {
        new Threading.Event().TryWait(time);
        return 1;
    }
}
