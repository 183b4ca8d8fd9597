using Braid.AsyncIO;

namespace Braid.Tests;

public sealed class EventLoopTests : TimedTest
{
    [Fact]
    public void It_runs_an_async_function_to_its_end_and_gives_its_result()
    {
        Assert.Equal(42, EventLoop.Run(async () =>
        {
            await Task.Yield();
            return 42;
        }));
    }

    [Fact]
    public void Whatever_is_awaited_what_follows_runs_in_the_loops_thread()
    {
        int here = Environment.CurrentManagedThreadId;
        EventLoop.Run(async loop =>
        {
            await Task.Yield();
            Assert.Equal(here, Environment.CurrentManagedThreadId);
            await Task.Delay(1, Cancellation);
            Assert.Equal(here, Environment.CurrentManagedThreadId);
            int elsewhere = await Task.Run(() => Environment.CurrentManagedThreadId);
            Assert.NotEqual(here, elsewhere);
            Assert.Equal(here, Environment.CurrentManagedThreadId);
            await loop.RunInExecutor(() => { });
            Assert.Equal(here, Environment.CurrentManagedThreadId);
            var queue = new Queues.Queue<int>();
            loop.CallSoon(() => queue.Put(1));
            await queue.GetAsync(Cancellation);
            Assert.Equal(here, Environment.CurrentManagedThreadId);
        });
    }

    [Fact]
    public void What_the_function_throws_comes_out_as_it_is()
    {
        var thrown = new InvalidDataException();
        Assert.Same(thrown, Assert.Throws<InvalidDataException>(() => EventLoop.Run(async () =>
        {
            await Task.Yield();
            throw thrown;
        })));
        Assert.Same(thrown, Assert.Throws<InvalidDataException>(() => EventLoop.Run(Task () => throw thrown)));
        Assert.Throws<InvalidOperationException>(() => EventLoop.Run(static Task () => null!));
    }

    [Fact]
    public void A_loop_inside_a_loop_is_refused_and_the_outer_one_goes_on()
    {
        EventLoop.Run(async () =>
        {
            InvalidOperationException refused = Assert.Throws<InvalidOperationException>(static () => EventLoop.Run(static () => Task.CompletedTask));
            Assert.Contains("inside a running event loop", refused.Message, StringComparison.Ordinal);
            await Task.Yield();
            Assert.Equal(3, await Task.Run(static () => EventLoop.Run(static () => Task.FromResult(3))));
        });
    }

    [Fact]
    public void Each_thread_knows_its_loop()
    {
        Assert.Null(EventLoop.Current);
        Assert.Throws<InvalidOperationException>(static () => EventLoop.Running);
        EventLoop.Run(async loop =>
        {
            Assert.Same(loop, EventLoop.Running);
            Assert.Null(await Task.Run(static () => EventLoop.Current));
            Assert.Same(loop, EventLoop.Current);
        });
        Assert.Null(EventLoop.Current);
    }

    [Fact]
    public void The_threads_own_context_is_back_afterwards()
    {
        var own = new SynchronizationContext();
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(own);
        try
        {
            EventLoop.Run(static () => Task.CompletedTask);
            Assert.Throws<InvalidDataException>(static () => EventLoop.Run(static Task () => throw new InvalidDataException()));
            Assert.Same(own, SynchronizationContext.Current);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    [Fact]
    public void Another_thread_wakes_a_loop_that_waits()
    {
        EventLoop.Run(async loop =>
        {
            var called = new Threading.Event();
            Task<Thread> caller = Task.Run(() =>
            {
                Eventually.Holds(() => loop.Sleeps);
                loop.CallSoonThreadsafe(called.Set);
                return Thread.CurrentThread;
            });
            await called.WaitAsync(Cancellation);
            Assert.NotSame(Thread.CurrentThread, await caller);
        });
    }

    [Fact]
    public void Send_runs_in_the_loop_and_gives_back_what_is_thrown()
    {
        EventLoop.Run(async loop =>
        {
            SynchronizationContext context = SynchronizationContext.Current!;
            EventLoop? there = null;
            context.Send(_ => there = EventLoop.Current, null);
            Assert.Same(loop, there);
            there = null;
            await Task.Run(() => context.Send(_ => there = EventLoop.Current, null));
            Assert.Same(loop, there);
            await Assert.ThrowsAsync<InvalidDataException>(() => Task.Run(() => context.Send(static _ => throw new InvalidDataException(), null)));
        });
    }

    [Fact]
    public void A_failing_callback_is_told_and_the_loop_goes_on()
    {
        var told = new List<EventLoopErrorArgs>();
        EventLoop.Run(async loop =>
        {
            loop.ExceptionHandler = told.Add;
            loop.CallSoon(Fail);
            FailLater();
            await Task.Yield();
            await Task.Yield();
        });
        Assert.Equal(2, told.Count);
        Assert.Equal("EventLoopTests.Fail failed in the event loop.", told[0].Message);
        Assert.All(told, static error => Assert.IsType<InvalidDataException>(error.Exception));
    }

    [Fact]
    public void A_handler_that_fails_itself_does_not_end_the_loop() => EventLoop.Run(async loop =>
    {
        loop.ExceptionHandler = static _ => throw new InvalidOperationException("on purpose, in a test: the handler");
        loop.CallSoon(Fail);
        await Task.Yield();
        await Task.Yield();
    });

    [Fact]
    public void An_exception_without_a_text_does_not_end_the_loop() => EventLoop.Run(async loop =>
    {
        loop.CallSoon(static () => throw new WithoutText());
        await Task.Yield();
        await Task.Yield();
        Assert.True(loop.IsRunning);
    });

    [Fact]
    public void A_call_in_a_process_or_a_thread_does_not_block_the_loop()
    {
        using var threads = new Futures.ThreadPoolExecutor(maxWorkers: 1);
        using var processes = new Futures.ProcessPoolExecutor(maxWorkers: 1);
        EventLoop.Run(async loop =>
        {
            var go = new Threading.Event();
            Task waits = loop.RunInExecutor(threads, () => go.Wait(Cancellation));
            Assert.NotEqual(Environment.ProcessId, await loop.RunInExecutor(processes, static () => Environment.ProcessId));
            go.Set();
            await waits;
            await Assert.ThrowsAsync<InvalidDataException>(() => loop.RunInExecutor(static () => Throw()));
        });
    }

    [Fact]
    public void A_call_that_has_not_begun_is_cancelled_by_its_token()
    {
        using var threads = new Futures.ThreadPoolExecutor(maxWorkers: 1);
        EventLoop.Run(async loop =>
        {
            var go = new Threading.Event();
            using var cancel = new CancellationTokenSource();
            Task first = loop.RunInExecutor(threads, () => go.Wait(Cancellation));
            Task second = loop.RunInExecutor(threads, Fail, cancel.Token);
            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
            go.Set();
            await first;
        });
    }

    private static void Fail() => throw new InvalidDataException();

    private sealed class WithoutText : Exception
    {
        public override string Message => throw new NotSupportedException();
    }

    private static int Throw() => throw new InvalidDataException();

    private static async void FailLater()
    {
        await Task.Yield();
        Fail();
    }
}
