using Braid.AsyncIO;

namespace Braid.Tests;

/// <summary>Tasks of the loop, from inside and from other threads.</summary>
public sealed class EventLoopTaskTests : TimedTest
{
    [Fact]
    public void A_task_begins_in_the_next_turn_and_gives_its_result()
    {
        EventLoop.Run(async loop =>
        {
            bool begun = false;
            Task<int> task = loop.CreateTask(async token =>
            {
                begun = true;
                await Task.Yield();
                return 42;
            });
            Assert.False(begun);
            Assert.Equal(42, await task);
        });
    }

    [Fact]
    public void A_task_that_fails_tells_who_awaits_it() => EventLoop.Run(async loop =>
        await Assert.ThrowsAsync<InvalidDataException>(() => loop.CreateTask(static _ => throw new InvalidDataException())));

    [Fact]
    public void A_thread_gives_work_to_the_loop_and_blocks_for_its_result()
    {
        EventLoop.Run(async loop =>
        {
            Assert.Equal(loop, await Task.Run(() => loop.RunCoroutineThreadsafe(async _ =>
            {
                await Task.Yield();
                return EventLoop.Running;
            }).Result(Cancellation)));
            await Task.Run(() => Assert.Throws<InvalidDataException>(() => loop.RunCoroutineThreadsafe(static Task<int> (_) => throw new InvalidDataException()).Result(Cancellation)));
        });
    }

    [Fact]
    public void Cancelling_the_future_cancels_the_work()
    {
        EventLoop.Run(async loop =>
        {
            var begun = new Threading.Event();
            var ended = new Threading.Event();
            Futures.Future future = loop.RunCoroutineThreadsafe(async token =>
            {
                try
                {
                    begun.Set();
                    await Forever.Until(token);
                }
                finally
                {
                    ended.Set();
                }
            });
            await begun.WaitAsync(Cancellation);
            Assert.True(await Task.Run(future.Cancel));
            Assert.True(future.Cancelled);
            await ended.WaitAsync(Cancellation);
        });
    }

    [Fact]
    public void Work_that_fails_when_its_future_is_cancelled_is_reported()
    {
        var told = new Futures.Future<EventLoopErrorArgs>();
        EventLoop.Run(async loop =>
        {
            loop.ExceptionHandler = told.SetResult;
            var begun = new Threading.Event();
            Futures.Future future = loop.RunCoroutineThreadsafe(async token =>
            {
                try
                {
                    begun.Set();
                    await Forever.Until(token);
                }
                catch (OperationCanceledException)
                {
                    throw new InvalidDataException();
                }
            });
            await begun.WaitAsync(Cancellation);
            Assert.True(future.Cancel());
            Assert.IsType<InvalidDataException>((await told.ResultAsync(Cancellation)).Exception);
        });
    }

    [Fact]
    public void Work_that_cancels_itself_cancels_the_future() => EventLoop.Run(async loop =>
    {
        Futures.Future future = loop.RunCoroutineThreadsafe(static Task (_) => throw new OperationCanceledException());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await future);
        Assert.True(future.Cancelled);
    });

    [Fact]
    public void Work_cancelled_before_it_began_does_not_begin()
    {
        EventLoop.Run(async loop =>
        {
            bool begun = false;
            Futures.Future future = loop.RunCoroutineThreadsafe(_ =>
            {
                begun = true;
                return Task.CompletedTask;
            });
            future.Cancel();
            await Task.Yield();
            await Task.Yield();
            await Task.Yield();
            Assert.False(begun);
        });
    }

    [Fact]
    public void Blocking_the_loop_for_what_only_the_loop_can_do_is_refused() => EventLoop.Run(async loop =>
    {
        Futures.Future<int> future = loop.RunCoroutineThreadsafe(static async _ =>
        {
            await Task.Yield();
            return 5;
        });
        Assert.Contains("await the future", Assert.Throws<InvalidOperationException>(() => future.Result(Cancellation)).Message, StringComparison.Ordinal);
        Assert.Equal(5, await future);
        Assert.Equal(5, future.Result(Cancellation));
    });
}
