using Braid.Futures;

namespace Braid.Tests;

/// <summary>What <see cref="ThreadPoolOptions"/> change; the end of the program is in <see cref="ProgramExitTests"/>.</summary>
[Collection(nameof(Threading.Thread.ExceptHook))]
public sealed class ThreadPoolOptionsTests : TimedTest
{
    [Theory]
    [InlineData(false, "a b c d e")]
    [InlineData(true, "e d c b a")]
    public void Calls_begin_in_the_order_that_was_chosen(bool newestFirst, string expected)
    {
        using var executor = new ThreadPoolExecutor(new ThreadPoolOptions { MaxWorkers = 1, NewestFirst = newestFirst });
        var began = new Queues.SimpleQueue<string>();
        var go = new Threading.Event();
        Future running = executor.Submit(() => go.Wait());
        Eventually.Holds(() => running.Running);
        Future[] calls = [.. "abcde".Select(letter => executor.Submit(() => began.Put(letter.ToString())))];
        Assert.Equal(5, executor.Pending);
        go.Set();
        Assert.Empty(Future.Wait(calls, Ample).NotDone);
        Assert.Equal(expected, string.Join(' ', Enumerable.Range(0, 5).Select(_ => began.Get())));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cancelled_calls_leave_from_wherever_they_stand_and_the_order_stays(bool newestFirst)
    {
        var random = new Random(7);
        for (int round = 0; round < 50; round++)
        {
            using var executor = new ThreadPoolExecutor(new ThreadPoolOptions { MaxWorkers = 1, NewestFirst = newestFirst });
            var began = new List<int>();
            var go = new Threading.Event();
            Future running = executor.Submit(() => go.Wait());
            Eventually.Holds(() => running.Running);
            Future[] calls = [.. Enumerable.Range(0, 8).Select(number => executor.Submit(() => began.Add(number)))];
            int[] cancelled = [.. Enumerable.Range(0, 8).Where(_ => random.Next(2) == 0)];
            random.Shuffle(cancelled);
            Assert.All(cancelled, number => Assert.True(calls[number].Cancel()));
            Assert.Equal(8 - cancelled.Length, executor.Pending);
            go.Set();
            executor.Shutdown();
            IEnumerable<int> left = Enumerable.Range(0, 8).Except(cancelled);
            Assert.Equal(newestFirst ? left.Reverse() : left, began);
        }
    }

    [Fact]
    public void Options_are_checked_and_have_the_defaults_of_the_parameters()
    {
        Assert.Throws<ArgumentNullException>("options", () => new ThreadPoolExecutor((ThreadPoolOptions)null!));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(ThreadPoolOptions.MaxWorkers), () => new ThreadPoolExecutor(new ThreadPoolOptions { MaxWorkers = 0 }));
        using var executor = new ThreadPoolExecutor(new ThreadPoolOptions());
        using var other = new ThreadPoolExecutor();
        Assert.Equal(other.MaxWorkers, executor.MaxWorkers);
        Assert.Matches(@"^ThreadPoolExecutor-\d+_0$", executor.Submit(() => Threading.Thread.Current.Name).Result(Cancellation));
    }

    [Fact]
    public void An_initializer_that_fails_after_the_shutdown_is_reported_once_and_fails_the_calls_only()
    {
        var failure = new ArithmeticException("not today");
        var go = new Threading.Event();
        var reported = new Queues.SimpleQueue<Exception>();
        Action<Threading.ExceptHookArgs> before = Threading.Thread.ExceptHook;
        Threading.Thread.ExceptHook = args => reported.Put(args.Exception);
        try
        {
            var executor = new ThreadPoolExecutor(1, initializer: () =>
            {
                go.Wait();
                throw failure;
            });
            Future<int> call = executor.Submit(() => 1);
            Threading.Thread worker = executor.Threads[0];
            executor.Shutdown(wait: false);
            go.Set();
            Assert.IsType<BrokenThreadPoolException>(call.Exception(Cancellation));
            executor.Shutdown();
            Assert.Null(worker.Exception);
            Assert.Same(failure, reported.Get(Cancellation));
            Assert.True(reported.Empty);
        }
        finally
        {
            Threading.Thread.ExceptHook = before;
        }
    }

    [Fact]
    public void A_call_that_has_been_ended_elsewhere_is_skipped()
    {
        using var executor = new ThreadPoolExecutor(1);
        var go = new Threading.Event();
        executor.Submit(() => go.Wait());
        Future<int> ended = executor.Submit(() => 1);
        ended.SetResult(2);
        go.Set();
        Assert.Equal(3, executor.Submit(() => 3).Result(Cancellation));
        Assert.Equal(2, ended.Result(Cancellation));
        Assert.Equal(1, executor.Workers);
        Assert.All(executor.Threads, static worker => Assert.True(worker.IsAlive));
    }
}
