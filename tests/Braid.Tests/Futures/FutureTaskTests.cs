using System.Runtime.CompilerServices;
using Braid.Futures;

namespace Braid.Tests;

/// <summary>Futures and tasks, and what a wait for several futures keeps alive.</summary>
public sealed class FutureTaskTests : TimedTest
{
    [Fact]
    public async Task A_future_can_be_awaited_with_and_without_its_type()
    {
        var future = new Future<int>();
        Task<int> typed = Await(future);
        Task untyped = AwaitUntyped(future);
        Assert.False(typed.IsCompleted || untyped.IsCompleted);
        future.SetResult(3);
        Assert.Equal(3, await typed);
        await untyped;
        Assert.Equal(3, await future);

        static async Task<int> Await(Future<int> future) => await future;

        static async Task AwaitUntyped(Future future) => await future;
    }

    [Fact]
    public async Task The_exception_is_the_same_object_each_time_with_the_stack_trace_of_the_worker()
    {
        using var executor = new ThreadPoolExecutor(1);
        Future<int> future = executor.Submit(int () => ThrowDeepInside());
        Exception first = Assert.Throws<ArithmeticException>(() => future.Result());
        Assert.Same(first, Assert.Throws<ArithmeticException>(() => future.Result()));
        Assert.Same(first, await Assert.ThrowsAsync<ArithmeticException>(async () => await future));
        Assert.Same(first, await Assert.ThrowsAsync<ArithmeticException>(() => future.ResultAsync().AsTask()));
        Assert.Same(first, future.Exception());
        Assert.Contains(nameof(ThrowDeepInside), first.StackTrace, StringComparison.Ordinal);
        Assert.Contains(nameof(The_exception_is_the_same_object_each_time_with_the_stack_trace_of_the_worker), first.StackTrace, StringComparison.Ordinal);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static int ThrowDeepInside() => throw new ArithmeticException();
    }

    [Fact]
    public void A_future_has_one_task_with_its_outcome()
    {
        Future<int> good = new();
        Assert.Same(good.AsTask(), good.AsTask());
        Assert.Same(good.AsTask(), ((Future)good).AsTask());
        Assert.False(good.AsTask().IsCompleted);
        good.SetResult(1);
        Assert.Equal(1, good.AsTask().Result);
        Future<int> bad = new();
        var error = new ArithmeticException();
        bad.SetException(error);
        Assert.Same(error, bad.AsTask().Exception?.InnerException);
        Future<int> cancelled = new();
        Task task = cancelled.AsTask();
        cancelled.Cancel();
        Assert.True(task.IsCanceled && cancelled.AsTask().IsCanceled);
    }

    [Fact]
    public void A_future_made_from_a_task_has_its_outcome()
    {
        var source = new TaskCompletionSource<int>();
        Future<int> good = Future.FromTask(source.Task);
        Assert.False(good.Done);
        source.SetResult(4);
        Assert.Equal(4, good.Result());
        var error = new ArithmeticException();
        Assert.Same(error, Future.FromTask(Task.FromException<int>(error)).Exception());
        Future<int> cancelled = Future.FromTask(Task.FromCanceled<int>(new CancellationToken(canceled: true)));
        Eventually.Holds(() => cancelled.Cancelled);
        Assert.Throws<ArgumentNullException>("task", () => Future.FromTask<int>(null!));
    }

    [Fact]
    public void Cancelling_a_future_made_from_a_task_leaves_the_task()
    {
        var source = new TaskCompletionSource<int>();
        Future<int> future = Future.FromTask(source.Task);
        Assert.True(future.Cancel());
        source.SetResult(1);
        Assert.Equal(1, source.Task.Result);
        Assert.True(future.Cancelled);
    }

    [Fact]
    public async Task As_completed_counts_its_timeout_from_the_call()
    {
        Future<int>[] futures = [new()];
        IEnumerable<Future<int>> blocking = Future.AsCompleted(futures, Brief);
        IAsyncEnumerable<Future<int>> awaiting = Future.AsCompletedAsync(futures, Brief);
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        Eventually.Holds(() => System.Diagnostics.Stopwatch.GetElapsedTime(start) > Brief);
        using IEnumerator<Future<int>> next = blocking.GetEnumerator();
        await using IAsyncEnumerator<Future<int>> nextAwaited = awaiting.GetAsyncEnumerator(Cancellation);
        Assert.Throws<TimeoutException>(() => next.MoveNext());
        await Assert.ThrowsAsync<TimeoutException>(() => nextAwaited.MoveNextAsync().AsTask());
    }

    [Fact]
    public void As_completed_lets_go_of_each_future_it_gave()
    {
        Future<int> last = new();
        using IEnumerator<Future<int>> stream = Begin(last, out WeakReference first);
        Assert.True(MoveNext(stream));
        last.SetResult(2);
        Assert.True(MoveNext(stream));
        AssertCollected(first);
        Assert.False(MoveNext(stream));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static IEnumerator<Future<int>> Begin(Future<int> last, out WeakReference first)
        {
            Future<int> done = new();
            done.SetResult(1);
            first = new WeakReference(done);
            return Future.AsCompleted([done, last]).GetEnumerator();
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static bool MoveNext(IEnumerator<Future<int>> stream) => stream.MoveNext();
    }

    [Theory]
    [InlineData("wait")]
    [InlineData("wait and await")]
    [InlineData("as completed")]
    [InlineData("as completed and await")]
    public void Waiting_leaves_nothing_behind_in_a_future_that_is_not_done(string way)
    {
        Future<int> pending = new();
        WeakReference other = WaitInVain(pending, way);
        AssertCollected(other);
        Assert.False(pending.Done);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference WaitInVain(Future<int> pending, string way)
        {
            Future<int> done = new();
            done.SetResult(1);
            Future<int>[] futures = [pending, done];
            switch (way)
            {
                case "wait":
                    Future.Wait(futures, TimeSpan.Zero);
                    break;
                case "wait and await":
                    Future.WaitAsync(futures, TimeSpan.Zero).AsTask().Wait();
                    break;
                case "as completed":
                    Assert.Same(done, Future.AsCompleted(futures).First());
                    break;
                default:
                    Assert.Same(done, First(futures).Result);
                    break;
            }

            return new WeakReference(done);
        }

        static async Task<Future<int>> First(Future<int>[] futures)
        {
            await foreach (Future<int> future in Future.AsCompletedAsync(futures))
            {
                return future;
            }

            throw new InvalidOperationException();
        }
    }

    [Fact]
    public async Task Wait_may_begin_while_the_futures_end()
    {
        await using var ender = new BlockingActor();
        for (int i = 0; i < 200; i++)
        {
            Future<int>[] futures = [.. Enumerable.Range(0, 20).Select(_ => new Future<int>())];
            Task ending = ender.Do(() => Array.ForEach(futures, future => future.SetResult(1)));
            Assert.Equal(20, Future.Wait(futures).Done.Count);
            await ending;
        }
    }

    private static void AssertCollected(WeakReference reference) => Eventually.Holds(() =>
    {
        GC.Collect();
        return !reference.IsAlive;
    });
}
