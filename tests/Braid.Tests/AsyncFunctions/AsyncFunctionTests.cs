using Braid.AsyncIO;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Asynchronous functions count as done when their task is: what comes after the first await is part of the call.</summary>
[Collection(nameof(ProgramWide))]   // sets the hook for exceptions
public sealed class AsyncFunctionTests : TimedTest
{
    [Fact]
    public void A_process_lives_until_its_task_has_ended()
    {
        using var done = new Value<int>();
        Process[] processes =
        [
            Process.Start(async () => { await Pause(); done.Update(static n => n + 1); }),
            Process.Start(static async done => { await Pause(); done.Update(static n => n + 1); }, done),
            Process.Start(() => Later(done)),
            new Process(async () => { await Pause(); done.Update(static n => n + 1); }),
        ];
        processes[^1].Start();
        System.Array.ForEach(processes, static process => process.Join());
        Assert.All(processes, static process => Assert.Equal(0, process.ExitCode));
        Assert.Equal(4, done.Value);

        static async ValueTask Later(Value<int> done)
        {
            await Pause();
            done.Update(static n => n + 1);
        }
    }

    [Fact]
    public void An_exception_after_the_first_await_is_the_childs_own()
    {
        var process = Process.Start(static async () =>
        {
            await Pause();
            throw new TimeoutException("late");
        });
        process.Join();
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("System.TimeoutException: late", process.End!.ErrorOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_in_a_process_of_its_own_may_be_asynchronous()
    {
        Assert.Equal(4, Process.Run(static async () => { await Pause(); return 4; }));
        Assert.Equal(5, Process.Run(static async ValueTask<int> () => { await Pause(); return 5; }));
        Assert.Equal(6, Process.Run(static async n => { await Pause(); return n + 1; }, 5));
        Assert.Equal(7, await Process.RunAsync(static async () => { await Pause(); return 7; }, token: Cancellation));
        Assert.Equal(8, await Process.RunAsync(static async n => { await Pause(); return n + 1; }, 7, token: Cancellation));
        Process.Run(static async () => await Pause());
        Assert.Throws<TimeoutException>(() => Process.Run(static async () => { await Pause(); throw new TimeoutException("late"); }));
        await Assert.ThrowsAsync<TimeoutException>(() => Process.RunAsync(static async n => { await Pause(); throw new TimeoutException("late"); }, 1, token: Cancellation));
    }

    [Fact]
    public async Task Limits_and_cancellation_apply_to_the_whole_task()
    {
        var failure = Assert.Throws<TaskTimeoutException>(() => Process.Run(static async () => await Task.Delay(System.Threading.Timeout.Infinite), TimeSpan.FromMilliseconds(100)));
        Assert.Contains(nameof(Limits_and_cancellation_apply_to_the_whole_task), failure.Message, StringComparison.Ordinal);
        using var source = new CancellationTokenSource();
        Task<int> endless = Process.RunAsync(static async () => { await Task.Delay(System.Threading.Timeout.Infinite); return 1; }, token: source.Token);
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless);
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, TaskTimeout = TimeSpan.FromMilliseconds(500) });
        failure = PoolFault.Fails<TaskTimeoutException>(pool.Submit(static async () => await Task.Delay(System.Threading.Timeout.Infinite)));
        Assert.Contains(nameof(Limits_and_cancellation_apply_to_the_whole_task), failure.Message, StringComparison.Ordinal);
        using var running = new RawValue<int>();
        Future<int> call = pool.Submit(async () => { PoolFault.Announce(running); await Task.Delay(System.Threading.Timeout.Infinite); return 1; });
        PoolFault.PidOf(running);
        Assert.True(call.Cancel());
        PoolFault.AssertServes(pool);
    }

    [Fact]
    public void Every_way_into_a_pool_takes_an_asynchronous_function()
    {
        using var processes = new Pool(1);
        using var threads = new Multiprocessing.ThreadPool(1);
        foreach (Pool pool in (Pool[])[processes, threads])
        {
            Assert.Equal(4, pool.Apply(static async () => { await Pause(); return 4; }));
            Assert.Equal(6, pool.Apply(TwiceAsync, 3));
            Assert.Equal(4, pool.ApplyAsync(static async () => { await Pause(); return 4; }).Get());
            Assert.Equal([2, 4], pool.Map(TwiceAsync, [1, 2]));
            Assert.Equal([2, 4], pool.MapAsync(static async n => await TwiceAsync(n), [1, 2]).Get());
            Assert.Equal([2, 4], pool.Imap(TwiceAsync, [1, 2]));
            Assert.Equal([2, 4], pool.ImapUnordered(TwiceAsync, [1, 2]).Order());
            Assert.Equal([3], pool.Starmap(static async (a, b) => { await Pause(); return a + b; }, [(1, 2)]));
            Assert.Equal([6], pool.StarmapAsync(static async (a, b, c) => { await Pause(); return a + b + c; }, [(1, 2, 3)]).Get());
            Assert.Throws<TimeoutException>(() => pool.Map(static async n => { await Pause(); return n > 0 ? throw new TimeoutException("late") : n; }, [0, 1]));
        }
    }

    [Fact]
    public void A_map_of_an_executor_takes_an_asynchronous_function()
    {
        using var processes = new ProcessPoolExecutor(1);
        using var threads = new ThreadPoolExecutor(1);
        foreach (Executor executor in (Executor[])[processes, threads])
        {
            Assert.Equal([2, 4], executor.Map(TwiceAsync, [1, 2]));
            Assert.Equal([2, 4], executor.Map(static n => TwiceAsync(n), [1, 2], chunksize: 2));
            Assert.Equal([2], executor.MapUnordered(static async ValueTask<int> (int n) => await TwiceAsync(n), [1]));
            Assert.Equal([3], executor.Map(static async (a, b) => { await Pause(); return a + b; }, [1], [2]));
        }
    }

    [Fact]
    public void A_call_begins_when_an_asynchronous_initializer_has_ended()
    {
        Func<Task> initializer = static async () =>
        {
            await Pause();
            Environment.SetEnvironmentVariable("READY", $"{Environment.GetEnvironmentVariable("READY")}1");
        };
        using var executor = new ProcessPoolExecutor(1, initializer);
        Assert.Equal("1", executor.Submit(static () => Environment.GetEnvironmentVariable("READY")).Result());
        using var pool = new Pool(initializer: initializer);
        Assert.Equal("1", pool.Apply(static () => Environment.GetEnvironmentVariable("READY")));
        using var both = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Initializer = static () => Environment.SetEnvironmentVariable("READY", "0"), InitializerAsync = initializer });
        Assert.Equal("01", both.Submit(static () => Environment.GetEnvironmentVariable("READY")).Result());
        using var failing = new ProcessPoolExecutor(1, static async () => { await Pause(); throw new TimeoutException("late"); });
        Assert.Contains("late", Assert.ThrowsAny<ProcessException>(() => failing.Submit(static () => 1).Result()).ToString(), StringComparison.Ordinal);
        int ready = 0;
        using var threads = new ThreadPoolExecutor(1, initializer: async () => { await Pause(); Volatile.Write(ref ready, 1); });
        Assert.Equal(1, threads.Submit(() => Volatile.Read(ref ready)).Result());
    }

    [Fact]
    public void A_thread_and_a_timer_live_until_their_task_has_ended()
    {
        int ended = 0;
        var thread = new Threading.Thread(async () => { await Pause(); Interlocked.Increment(ref ended); });
        var timer = new Threading.Timer(TimeSpan.Zero, async () => { await Pause(); Interlocked.Increment(ref ended); });
        thread.Start();
        timer.Start();
        thread.Join();
        timer.Join();
        Assert.Equal(2, ended);
        var named = new Threading.Thread(Pause);
        Assert.Contains("(Pause)", named.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_callback_throws_after_an_await_goes_to_the_hook()
    {
        var reported = new Queues.Queue<Exception>();
        Action<Threading.ExceptHookArgs> before = Threading.Thread.ExceptHook;
        Threading.Thread.ExceptHook = args => reported.Put(args.Exception);
        try
        {
            var future = new Future<int>();
            future.AddDoneCallback(static async _ => { await Pause(); throw new TimeoutException("late"); });
            future.SetResult(1);
            Assert.IsType<TimeoutException>(reported.Get(Cancellation));
            var thread = new Threading.Thread(static async () => { await Pause(); throw new TimeoutException("late"); });
            thread.Start();
            thread.Join();
            Assert.IsType<TimeoutException>(reported.Get(Cancellation));
        }
        finally
        {
            Threading.Thread.ExceptHook = before;
        }
    }

    [Fact]
    public void The_loop_runs_asynchronous_calls_in_its_executor()
    {
        EventLoop.Run(static async loop =>
        {
            Assert.Equal(4, await loop.RunInExecutor(static async () => { await Pause(); return 4; }));
            int ended = 0;
            await loop.RunInExecutor(async () => { await Pause(); ended = 1; });
            Assert.Equal(1, ended);
            await Assert.ThrowsAsync<TimeoutException>(() => loop.RunInExecutor(static async () => { await Pause(); throw new TimeoutException("late"); }));
        });
    }

    private static Task Pause() => Task.Delay(20);

    private static async Task<int> TwiceAsync(int n)
    {
        await Pause();
        return 2 * n;
    }
}
