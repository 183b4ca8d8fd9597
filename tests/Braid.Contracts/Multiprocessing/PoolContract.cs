using Braid.Multiprocessing;

namespace Braid.Contracts;

/// <summary>What a pool does, of processes or of threads. After CPython's <c>_TestPool</c>.</summary>
public abstract partial class PoolContract(Pool pool) : TimedTest
{
    /// <summary>A pool for all tests of the class, with two workers.</summary>
    protected Pool Shared => pool;

    /// <summary>A pool for one test.</summary>
    protected abstract Pool NewPool(int processes);

    [Fact]
    public void Apply_returns_the_result_or_throws_what_the_call_threw()
    {
        Assert.Equal(49, Shared.Apply(static () => Square(7)));
        Assert.Equal(64, Shared.Apply(Square, 8));
        Assert.Equal("5", Assert.Throws<ArithmeticException>(() => Shared.Apply(Fail, 5)).Message);
        Assert.Equal("6", Assert.Throws<ArithmeticException>(() => Shared.Apply(static () => Fail(6))).Message);
    }

    [Fact]
    public async Task An_async_result_can_be_had_in_every_shape()
    {
        AsyncResult<int> result = Shared.ApplyAsync(static () => Square(7));
        result.Wait(Cancellation);
        await result.WaitAsync(Cancellation);
        Assert.True(result.Ready && result.Successful && result.TryWait() && await result.TryWaitAsync(TimeSpan.Zero, Cancellation));
        Assert.Equal(49, result.Get(Cancellation));
        Assert.Equal(49, await result.GetAsync(Cancellation));
        Assert.Equal((true, 49), await result.TryGetAsync(Ample, Cancellation));
        Assert.True(result.TryGet(out int value));
        Assert.Equal(49, value);
        Assert.Equal(49, await result);
        Assert.Same(result.AsTask(), result.AsTask());
        Assert.Equal(81, await Shared.ApplyAsync(Square, 9));
    }

    [Fact]
    public async Task A_failed_call_throws_from_every_shape()
    {
        AsyncResult<int> result = Shared.ApplyAsync(Fail, 5);
        result.Wait(Cancellation);
        Assert.True(result.Ready);
        Assert.False(result.Successful);
        Assert.Throws<ArithmeticException>(() => result.Get(Cancellation));
        Assert.Throws<ArithmeticException>(() => result.TryGet(out _));
        await Assert.ThrowsAsync<ArithmeticException>(async () => await result.GetAsync(Cancellation));
        await Assert.ThrowsAsync<ArithmeticException>(async () => await result);
    }

    [Fact]
    public async Task A_call_that_has_not_ended_is_not_ready()
    {
        using var go = new Event();
        AsyncResult<bool> result = Shared.ApplyAsync(() => go.TryWait(Timeout.InfiniteTimeSpan));
        Assert.False(result.Ready);
        Assert.False(result.TryWait(Brief));
        Assert.False(result.TryGet(out _, Brief));
        Assert.False(await result.TryWaitAsync(Brief, Cancellation));
        Assert.False((await result.TryGetAsync(Brief, Cancellation)).Success);
        Assert.Throws<InvalidOperationException>(() => result.Successful);
        using var cancelled = new CancellationTokenSource(Brief);
        Assert.ThrowsAny<OperationCanceledException>(() => result.Get(cancelled.Token));
        go.Set();
        Assert.True(result.Get(Cancellation));
    }

    [Fact]
    public void A_token_cancels_a_call_that_has_not_begun()
    {
        using Pool single = NewPool(1);
        using var go = new Event();
        using var cancel = new CancellationTokenSource();
        AsyncResult<bool> first = single.ApplyAsync(() => go.TryWait(Timeout.InfiniteTimeSpan));
        AsyncResult<int> second = single.ApplyAsync(Square, 2, token: cancel.Token);
        cancel.Cancel();
        Assert.Throws<OperationCanceledException>(() => second.Get(Cancellation));
        Assert.False(second.Successful);
        go.Set();
        Assert.True(first.Get(Cancellation));
    }

    [Fact]
    public void Callbacks_get_the_outcome_before_it_is_ready()
    {
        var results = new List<int>();
        var failures = new List<Exception>();
        bool? wasReady = null;
        AsyncResult<int> self = null!;
        using var isSet = new ManualResetEventSlim();
        self = Shared.ApplyAsync(Square, 3, callback: value =>
        {
            isSet.Wait();
            wasReady = self.Ready;
            results.Add(value);
        }, errorCallback: failures.Add);
        isSet.Set();
        self.Wait(Cancellation);
        Assert.False(wasReady);
        Assert.Equal([9], results);
        Shared.ApplyAsync(Fail, 4, callback: results.Add, errorCallback: failures.Add).Wait(Cancellation);
        Assert.Equal("4", Assert.IsType<ArithmeticException>(Assert.Single(failures)).Message);
        var whole = new List<int[]>();
        Shared.MapAsync(Square, [1, 2, 3], callback: whole.Add, errorCallback: failures.Add).Wait(Cancellation);
        Assert.Equal([1, 4, 9], Assert.Single(whole));
        Shared.MapAsync(Fail, [1, 2, 3], callback: whole.Add, errorCallback: failures.Add).Wait(Cancellation);
        Assert.Equal("1", failures[1].Message);
        Assert.Single(results);
    }

    [Fact]
    public void Callbacks_run_one_at_a_time_and_not_on_the_threads_of_NET()
    {
        var results = new List<int>();
        int running = 0;
        bool overlapped = false;
        bool onPool = false;
        AsyncResult<int>[] calls =
        [
            .. Enumerable.Range(0, 200).Select(i => Shared.ApplyAsync(Square, i, callback: value =>
            {
                overlapped |= Interlocked.Increment(ref running) != 1;
                onPool |= System.Threading.Thread.CurrentThread.IsThreadPoolThread;
                System.Threading.Thread.Yield();
                results.Add(value);
                Interlocked.Decrement(ref running);
            })),
        ];
        Assert.All(calls, static call => call.Wait(Cancellation));
        Assert.False(overlapped);
        Assert.False(onPool);
        Assert.Equal(Enumerable.Range(0, 200).Select(Square), results.Order());
    }

    protected static int Square(int number) => number * number;

    protected static int Fail(int number) => throw new ArithmeticException($"{number}");
}
