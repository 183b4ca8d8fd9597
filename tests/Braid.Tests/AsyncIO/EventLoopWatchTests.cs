using Braid.AsyncIO;

namespace Braid.Tests;

/// <summary>A callback that blocks the loop is named.</summary>
public sealed class EventLoopWatchTests : TimedTest
{
    [Fact]
    public void A_debugged_loop_names_what_blocked_it()
    {
        var told = new List<EventLoopErrorArgs>();
        EventLoop.Run(
            async loop =>
            {
                Assert.True(loop.Debug);
                loop.ExceptionHandler = told.Add;
                loop.SlowCallbackDuration = TimeSpan.FromTicks(1);
                loop.CallSoon(Quick);
                await Awaited();
                var later = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                loop.CallSoon(later.SetResult);     // not before this has begun to wait
                await later.Task;
                await Local();

                static async Task Local()
                {
                    await Task.Yield();
                }
            },
            debug: true);
        string[] names = [.. told.Select(static error => error.Message.Split(" blocked the event loop for ")[0])];
        Assert.Contains("EventLoopWatchTests.Quick", names);
        Assert.Contains("EventLoopWatchTests.Awaited", names);
        Assert.Contains("EventLoopWatchTests.A_debugged_loop_names_what_blocked_it.Local", names);
        Assert.Contains("a lambda in EventLoopWatchTests.A_debugged_loop_names_what_blocked_it", names);
        Assert.All(told, static error => Assert.Matches(@"blocked the event loop for \d+\.\d{3} s\.$", error.Message));
    }

    [Fact]
    public void A_quick_callback_is_not_reported()
    {
        var told = new List<EventLoopErrorArgs>();
        EventLoop.Run(
            async loop =>
            {
                loop.ExceptionHandler = told.Add;
                loop.SlowCallbackDuration = Ample;
                loop.CallSoon(Quick);
                await Task.Yield();
            },
            debug: true);
        Assert.Empty(told);
    }

    [Fact]
    public void A_callback_that_goes_on_blocking_is_told_while_it_does_with_what_it_waits_for()
    {
        var told = new Futures.Future<EventLoopErrorArgs>();
        EventLoop.Run(
            async loop =>
            {
                loop.ExceptionHandler = error => told.SetResult(error);
                loop.SlowCallbackDuration = Ample;
                await Task.Yield();
                told.Result(Cancellation);     // ends when it was told
            },
            debug: true);
        string message = told.Result(Cancellation).Message;
        Assert.Contains(nameof(A_callback_that_goes_on_blocking_is_told_while_it_does_with_what_it_waits_for), message, StringComparison.Ordinal);
        Assert.Contains("has blocked the event loop for 1 s, and still does", message, StringComparison.Ordinal);
        Assert.Contains("Future", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_callback_that_runs_at_one_look_is_not_reported_and_at_two_it_is()
    {
        var told = new List<string>();
        EventLoop.Run(async loop =>
        {
            loop.ExceptionHandler = error => told.Add(error.Message);
            using var watch = new LoopWatch(loop);
            var done = new Threading.Event();
            Task caller = Task.Run(() =>
            {
                Eventually.Holds(() => loop.Sleeps);
                watch.Look();
                loop.CallSoonThreadsafe(() =>
                {
                    watch.Look();
                    Assert.Empty(told);
                    watch.Look();
                    watch.Look();
                    done.Set();
                });
            });
            await done.WaitAsync(Cancellation);
            await caller;
        });
        Assert.Contains("still does", Assert.Single(told), StringComparison.Ordinal);
    }

    private static void Quick()
    {
    }

    private static async Task Awaited()
    {
        await Task.Yield();
    }
}
