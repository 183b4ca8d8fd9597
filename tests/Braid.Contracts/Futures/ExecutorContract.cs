namespace Braid.Contracts;

/// <summary>What every executor does. After CPython's <c>ExecutorTest</c> and <c>ExecutorShutdownTest</c>.</summary>
public abstract partial class ExecutorContract : TimedTest
{
    protected abstract Futures.Executor NewExecutor(int maxWorkers);

    /// <summary>Something a call can wait for until the test lets it go on.</summary>
    protected abstract ISignal NewSignal();

    /// <summary>Whether cancelling stops a call that runs.</summary>
    protected virtual bool StopsRunningCalls => false;

    /// <summary>How many calls have not begun.</summary>
    protected abstract int Pending(Futures.Executor executor);

    public interface ISignal
    {
        void Set();

        void Wait();
    }

    [Fact]
    public async Task A_call_of_each_shape_gives_its_outcome()
    {
        using Futures.Executor executor = NewExecutor(2);
        Assert.Equal(256, executor.Submit(() => Square(16)).Result());
        Futures.Future action = executor.Submit(() => { });
        action.Result();
        Futures.Future asyncAction = executor.Submit(async () => await Task.Yield());
        await asyncAction;
        Futures.Future<int> asyncFunction = executor.Submit(async () =>
        {
            await Task.Yield();
            return Square(3);
        });
        Assert.Equal(9, await asyncFunction);
        Assert.True(action.Done && asyncAction.Done);
    }

    [Fact]
    public void What_a_call_throws_is_in_its_future_and_the_workers_live_on()
    {
        using Futures.Executor executor = NewExecutor(1);
        Futures.Future<int> failed = executor.Submit(() => Fail(5));
        Futures.Future asynchronous = executor.Submit(static async () =>
        {
            await Task.Yield();
            Fail(6);
        });
        var exception = Assert.Throws<ArithmeticException>(() => failed.Result());
        Assert.Equal("5", exception.Message);
        Assert.Contains(nameof(Fail), exception.StackTrace, StringComparison.Ordinal);
        Assert.Equal("6", Assert.IsType<ArithmeticException>(asynchronous.Exception()).Message);
        Assert.Equal(4, executor.Submit(() => Square(2)).Result());
    }

    [Fact]
    public void A_call_needs_a_function()
    {
        using Futures.Executor executor = NewExecutor(1);
        Assert.Throws<ArgumentNullException>("function", () => executor.Submit((Func<int>)null!));
        Assert.Throws<ArgumentNullException>("function", () => executor.Submit((Action)null!));
        Assert.Throws<ArgumentNullException>("function", () => executor.Submit((Func<Task>)null!));
        Assert.Throws<ArgumentNullException>("function", () => executor.Submit((Func<Task<int>>)null!));
    }

    [Fact]
    public void After_the_shutdown_every_submit_fails_and_a_map_over_nothing_does_not()
    {
        Futures.Executor executor = NewExecutor(1);
        executor.Shutdown();
        Assert.Throws<InvalidOperationException>(() => executor.Submit(() => Square(2)));
        Assert.Throws<InvalidOperationException>(() => executor.Map(Square, [1]));
        Assert.Empty((IEnumerable<int>)executor.Map(Square, Array.Empty<int>()));
        executor.Shutdown();
        executor.Dispose();
    }

    [Fact]
    public async Task The_end_of_a_using_block_waits_for_all_that_was_submitted()
    {
        Futures.Future<int>[] calls;
        using (Futures.Executor executor = NewExecutor(2))
        {
            calls = [.. Enumerable.Range(0, 20).Select(i => executor.Submit(() => Square(i)))];
        }

        Assert.All(calls, call => Assert.True(call.Done));
        await using (Futures.Executor executor = NewExecutor(2))
        {
            calls = [.. Enumerable.Range(0, 20).Select(i => executor.Submit(() => Square(i)))];
        }

        Assert.All(calls, call => Assert.True(call.Done));
        Assert.Equal(Enumerable.Range(0, 20).Select(Square), calls.Select(call => call.Result()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_shutdown_that_cancels_leaves_no_call_pending_and_lets_the_running_end(bool wait)
    {
        Futures.Executor executor = NewExecutor(2);
        ISignal go = NewSignal();
        Futures.Future[] calls = [.. Enumerable.Range(0, 20).Select(_ => executor.Submit(go.Wait))];
        Eventually.Holds(() => calls.Count(call => call.Running) == 2);
        executor.Shutdown(wait: false, cancelFutures: true);
        Assert.Equal(18, calls.Count(call => call.Cancelled));
        Assert.Equal(0, Pending(executor));
        go.Set();
        if (wait)
        {
            executor.Shutdown();
        }

        (IReadOnlySet<Futures.Future> done, _) = Futures.Future.Wait(calls);
        Assert.Equal(2, done.Count(call => !call.Cancelled && call.TryException(out Exception? exception) && exception is null));
    }

    [Fact]
    public void A_shutdown_without_waiting_returns_at_once_and_the_work_is_still_done()
    {
        Futures.Executor executor = NewExecutor(1);
        ISignal go = NewSignal();
        Futures.Future first = executor.Submit(go.Wait);
        Futures.Future<int> second = executor.Submit(() => Square(5));
        executor.Shutdown(wait: false);
        Assert.False(first.Done);
        Assert.Throws<InvalidOperationException>(() => executor.Submit(() => Square(1)));
        go.Set();
        Assert.Equal(25, second.Result());
        Assert.True(first.Done);
    }

    [Fact]
    public async Task A_shutdown_from_several_sides_at_once_ends_for_all()
    {
        Futures.Executor executor = NewExecutor(2);
        ISignal go = NewSignal();
        await using var one = new BlockingActor();
        await using var other = new BlockingActor();
        Futures.Future[] calls = [.. Enumerable.Range(0, 6).Select(_ => executor.Submit(go.Wait))];
        Task[] shutdowns = [one.Do(() => executor.Shutdown()), other.Do(executor.Dispose), executor.ShutdownAsync().AsTask()];
        go.Set();
        await Task.WhenAll(shutdowns);
        Assert.All(calls, call => Assert.True(call.Done));
    }

    [Fact]
    public void A_token_cancels_the_call_while_it_is_pending_and_while_it_runs_only_where_that_can_be_stopped()
    {
        using Futures.Executor executor = NewExecutor(1);
        ISignal go = NewSignal();
        using var cancel = new CancellationTokenSource();
        Futures.Future running = executor.Submit(go.Wait, cancel.Token);
        Eventually.Holds(() => running.Running);
        Futures.Future<int> pending = executor.Submit(() => Square(1), cancel.Token);
        Futures.Future<int> other = executor.Submit(() => Square(2));
        cancel.Cancel();
        Assert.True(pending.Cancelled);
        Assert.True(executor.Submit(() => Square(3), cancel.Token).Cancelled);
        Assert.Equal(StopsRunningCalls, running.Cancelled);
        go.Set();
        Assert.Equal(4, other.Result());
        Assert.Equal(StopsRunningCalls, running.Cancelled);
    }

    [Fact]
    public void A_call_can_be_cancelled_until_it_begins_and_later_only_where_it_can_be_stopped()
    {
        using Futures.Executor executor = NewExecutor(1);
        ISignal go = NewSignal();
        Futures.Future running = executor.Submit(go.Wait);
        Eventually.Holds(() => running.Running);
        Futures.Future<int> pending = executor.Submit(() => Square(1));
        Assert.True(pending.Cancel());
        Assert.Equal(StopsRunningCalls, running.Cancel());
        go.Set();
        Assert.Equal(StopsRunningCalls, Assert.Single(Futures.Future.Wait([running]).Done).Cancelled);
        Assert.Throws<OperationCanceledException>(() => pending.Result());
    }

    protected static int Square(int number) => number * number;

    protected static int Fail(int number) => throw new ArithmeticException($"{number}");
}
