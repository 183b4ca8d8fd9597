using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What only a pool of processes can do. After CPython's <c>_TestPoolWorkerErrors</c> and <c>_TestPoolWorkerLifetime</c>.</summary>
[Collection(nameof(Threading.Thread.ExceptHook))]
public sealed class PoolProcessTests : TimedTest
{
    [Fact]
    public void A_call_may_have_a_limit_that_the_pool_has_not()
    {
        using var pool = new Pool(1);
        using var running = new RawValue<int>();
        Pool limited = pool.WithTaskTimeout(TimeSpan.FromSeconds(1));
        Assert.Throws<TaskTimeoutException>(() => limited.Apply(() => PoolFault.Hang(running), Cancellation));
        Assert.Throws<TaskTimeoutException>(() => limited.Map(n => n == 1 ? PoolFault.Hang(running) : n, [0, 1, 2], token: Cancellation));
        using IEnumerator<int> results = limited.Imap(n => n == 1 ? PoolFault.Hang(running) : n, [0, 1, 2], chunksize: 3).GetEnumerator();
        Assert.True(results.MoveNext());
        Assert.Throws<TaskTimeoutException>(() => results.MoveNext());
        Assert.True(results.MoveNext());
        Assert.Equal(2, results.Current);
        Assert.Equal(7, pool.Apply(static () => 7));
        limited.Close();
        Assert.Throws<InvalidOperationException>(() => pool.Apply(static () => 7));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void An_item_of_a_lazy_map_that_ends_its_process_ends_nothing_else(int chunksize)
    {
        using var pool = new Pool(2);
        using IEnumerator<int> results = pool.Imap(static n => n % 3 == 0 ? EndMyself(n) : n, Enumerable.Range(0, 10), chunksize).GetEnumerator();
        for (int item = 0; item < 10; item++)
        {
            if (item % 3 == 0)
            {
                Assert.Throws<WorkerCrashedException>(() => results.MoveNext());
                continue;
            }

            Assert.True(results.MoveNext());
            Assert.Equal(item, results.Current);
        }

        Assert.False(results.MoveNext());
    }

    [Fact]
    public void Threads_can_have_no_time_limit()
    {
        using var pool = new Multiprocessing.ThreadPool(1);
        Assert.Throws<NotSupportedException>(() => pool.WithTaskTimeout(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_worker_that_dies_costs_its_call_only()
    {
        using var pool = new Pool(1);
        AsyncResult<int> crashed = pool.ApplyAsync(static () => Crash());
        AsyncResult<int> left = pool.ApplyAsync(static () => Leave(3));
        AsyncResult<int> after = pool.ApplyAsync(static () => 7);
        Assert.Equal(7, after.Get(Cancellation));
        Assert.Throws<WorkerCrashedException>(() => crashed.Get(Cancellation));
        Assert.Throws<WorkerExitedException>(() => left.Get(Cancellation));
    }

    [Fact]
    public void A_worker_that_dies_costs_its_item_of_a_map_and_the_others_run()
    {
        using var pool = new Pool(1);
        using var ran = new Value<int>();
        Func<int, int> count = number =>
        {
            ran.Update(static before => before + 1);
            return number == 2 ? Crash() : number;
        };
        Assert.Throws<WorkerCrashedException>(() => pool.Map(count, Enumerable.Range(0, 6), chunksize: 2, Cancellation));
        Assert.Equal(6, ran.Obj.Value);
    }

    [Fact]
    public void Workers_are_replaced_after_so_many_calls_and_each_calls_the_initializer()
    {
        using var started = new Value<int>();
        using (var pool = new Pool(1, () => started.Update(static before => before + 1), maxtasksperchild: 2))
        {
            int[] pids = pool.Map(static _ => Environment.ProcessId, Enumerable.Range(0, 6), token: Cancellation);
            Assert.Equal(3, pids.Distinct().Count());
            Assert.All(pids.GroupBy(static pid => pid), static calls => Assert.Equal(2, calls.Count()));
        }

        Assert.Equal(3, started.Obj.Value);
    }

    [Fact]
    public void A_result_that_cannot_travel_fails_its_call_and_the_worker_goes_on()
    {
        using var pool = new Pool(1);
        int pid = pool.Apply(static () => Environment.ProcessId);
        Assert.Throws<PayloadException>(() => pool.Apply<object>(static () => new BufferedStream(new MemoryStream())));
        Assert.Equal(pid, pool.Apply(static () => Environment.ProcessId));
    }

    [Fact]
    public void What_cannot_travel_to_the_worker_is_told_and_nothing_hangs()
    {
        using var pool = new Pool(1);
        using var stream = new BufferedStream(new MemoryStream());
        Assert.Throws<PayloadException>(() => pool.ApplyAsync(() => stream.Length));
        Assert.Throws<PayloadException>(() => pool.Map(_ => stream.Length, [1, 2, 3], token: Cancellation));
        Assert.Throws<PayloadException>(() => pool.Imap(_ => stream.Length, [1, 2, 3]).First());
        Assert.Throws<PayloadException>(() => pool.ApplyAsync(() => pool.ToString()!));
        Assert.Equal(1, pool.Apply(static () => 1));
    }

    [Fact]
    public void An_exception_brings_its_stack_trace_and_its_inner_exceptions()
    {
        using var pool = new Pool(1);
        var thrown = Assert.Throws<InvalidOperationException>(() => pool.Apply(static () => FailWithin()));
        Assert.Contains(nameof(FailWithin), thrown.ToString(), StringComparison.Ordinal);
        Assert.IsType<ArithmeticException>(thrown.InnerException);
    }

    [Fact]
    public void The_numbers_are_checked_by_the_constructor()
    {
        Assert.Throws<ArgumentOutOfRangeException>("processes", static () => new Pool(0));
        Assert.Throws<ArgumentOutOfRangeException>("processes", static () => new Pool(-3));
        Assert.Throws<ArgumentOutOfRangeException>("maxtasksperchild", static () => new Pool(1, maxtasksperchild: 0));
        Assert.Throws<ArgumentNullException>("options", static () => new Pool(options: null!));
    }

    [Fact]
    public void An_initializer_that_fails_fails_the_calls()
    {
        using var pool = new Pool(1, static () => throw new ArithmeticException("no such table"));
        Assert.Contains("no such table", Assert.Throws<WorkerStartException>(() => pool.Apply(static () => 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_apply_to_each_item_of_a_map_without_a_chunk_size()
    {
        using var pool = new Pool(new Futures.ProcessPoolOptions { MaxWorkers = 1, TaskTimeout = TimeSpan.FromSeconds(1) });
        using var never = new Event();
        using var ended = new Value<int>();
        Func<int, int> count = number =>
        {
            if (number == 1)
            {
                never.Wait();
            }

            return ended.Update(static before => before + 1);
        };
        Assert.Throws<TaskTimeoutException>(() => pool.Map(count, Enumerable.Range(0, 4), token: Cancellation));
        Assert.Equal(3, ended.Obj.Value);
    }

    [Fact]
    public void A_token_stops_a_call_that_runs()
    {
        using var pool = new Pool(1);
        using var begun = new Event();
        using var never = new Event();
        using var cancel = new CancellationTokenSource();
        AsyncResult<bool> result = pool.ApplyAsync(() =>
        {
            begun.Set();
            return never.TryWait(Timeout.InfiniteTimeSpan);
        }, token: cancel.Token);
        begun.Wait(Cancellation);
        cancel.Cancel();
        Assert.Throws<OperationCanceledException>(() => result.Get(Cancellation));
        Assert.Equal(1, pool.Apply(static () => 1));
    }

    [Fact]
    public void A_callback_that_fails_is_reported_and_hurts_nothing()
    {
        var reported = new List<Exception?>();
        Action<Threading.ExceptHookArgs> before = Threading.Thread.ExceptHook;
        Threading.Thread.ExceptHook = args => reported.Add(args.Exception);
        try
        {
            using var pool = new Pool(1);
            AsyncResult<int> result = pool.ApplyAsync(static () => 5, callback: static _ => throw new ArithmeticException("callback"));
            Assert.Equal(5, result.Get(Cancellation));
            AsyncResult<int> failed = pool.ApplyAsync<int>(static () => throw new InvalidOperationException(), errorCallback: static _ => throw new ArithmeticException("error callback"));
            Assert.Throws<InvalidOperationException>(() => failed.Get(Cancellation));
            Assert.Equal([1, 2], pool.Map(static i => i, [1, 2], token: Cancellation));
        }
        finally
        {
            Threading.Thread.ExceptHook = before;
        }

        Assert.Equal(["callback", "error callback"], reported.Select(static exception => exception!.Message));
    }

    private static int Crash()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
        self.WaitForExit();
        return 0;
    }

    private static int Leave(int code)
    {
        Environment.Exit(code);
        return 0;
    }

    private static int FailWithin()
    {
        try
        {
            throw new ArithmeticException("inner");
        }
        catch (ArithmeticException exception)
        {
            throw new InvalidOperationException("outer", exception);
        }
    }

    private static int EndMyself(int number)
    {
        PoolFault.KillMyself();
        return number;
    }
}
