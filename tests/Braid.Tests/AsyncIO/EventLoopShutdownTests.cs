using Braid.AsyncIO;

namespace Braid.Tests;

/// <summary>What becomes of what is left when the main function has ended.</summary>
public sealed class EventLoopShutdownTests : TimedTest
{
    [Fact]
    public void Tasks_that_are_left_are_cancelled_and_waited_for()
    {
        var said = new List<string>();
        EventLoop.Run(async loop =>
        {
            _ = loop.CreateTask(async token =>
            {
                try
                {
                    await Forever.Until(token);
                }
                finally
                {
                    await Task.Yield();
                    said.Add("cleaned up");
                }
            });
            await Task.Yield();
            await Task.Yield();
            said.Add("main ends");
        });
        Assert.Equal(["main ends", "cleaned up"], said);
    }

    [Fact]
    public void An_async_void_method_and_calls_of_the_default_executor_are_waited_for()
    {
        var said = new System.Collections.Concurrent.ConcurrentBag<string>();
        EventLoop.Run(async loop =>
        {
            SayLater(said);
            _ = loop.RunInExecutor(() => said.Add("executor"));
            await Task.Yield();
        });
        Assert.Equal(["async void", "executor"], said.Order());
    }

    [Fact]
    public void An_async_void_method_that_fails_at_the_end_is_told_before_the_loop_closes()
    {
        var told = new List<(EventLoopErrorArgs Error, EventLoop? Loop)>();
        EventLoop ended = EventLoop.Run(loop =>
        {
            loop.ExceptionHandler = error => told.Add((error, EventLoop.Current));
            FailLater();
            return Task.FromResult(loop);
        });
        (EventLoopErrorArgs error, EventLoop? loop) = Assert.Single(told);
        Assert.IsType<InvalidDataException>(error.Exception);
        Assert.Same(ended, loop);
    }

    [Fact]
    public void A_task_made_by_what_awaited_the_default_executor_is_waited_for()
    {
        bool ended = false;
        EventLoop.Run(loop =>
        {
            _ = AwaitTheExecutor();
            return Task.CompletedTask;

            async Task AwaitTheExecutor()
            {
                var ending = new Threading.Event();
                loop.Token.Register(ending.Set);
                await loop.RunInExecutor(() => ending.Wait(Cancellation));
                await loop.CreateTask(async _ =>
                {
                    await Task.Delay(Brief, Cancellation);
                    ended = true;
                });
            }
        });
        Assert.True(ended);
    }

    [Fact]
    public void A_task_that_ignores_its_cancellation_is_named_when_the_time_is_up()
    {
        var release = new Threading.Event();
        TimeoutException exception = Assert.Throws<TimeoutException>(() => EventLoop.Run(loop =>
        {
            loop.ShutdownTimeout = Brief;
            _ = loop.CreateTask(_ => release.WaitAsync(Cancellation).AsTask(), name: "the deaf one");
            return Task.CompletedTask;
        }));
        Assert.Contains("the deaf one (_ => release.WaitAsync(Cancellation).AsTask())", exception.Message, StringComparison.Ordinal);
        release.Set();
    }

    [Fact]
    public void A_call_of_the_default_executor_that_does_not_end_is_told_when_the_time_is_up()
    {
        var release = new Threading.Event();
        TimeoutException exception = Assert.Throws<TimeoutException>(() => EventLoop.Run(loop =>
        {
            loop.ShutdownTimeout = Brief;
            _ = loop.RunInExecutor(() => release.Wait(Cancellation));
            return Task.CompletedTask;
        }));
        Assert.Contains("default executor", exception.Message, StringComparison.Ordinal);
        release.Set();
    }

    [Fact]
    public void The_functions_own_failure_comes_first_and_the_deaf_task_is_reported()
    {
        var told = new List<EventLoopErrorArgs>();
        var release = new Threading.Event();
        Assert.Throws<InvalidDataException>(() => EventLoop.Run(async loop =>
        {
            loop.ShutdownTimeout = Brief;
            loop.ExceptionHandler = told.Add;
            _ = loop.CreateTask(_ => release.WaitAsync(Cancellation).AsTask(), name: "the deaf one");
            await Task.Yield();
            throw new InvalidDataException();
        }));
        Assert.Contains("the deaf one", Assert.Single(told).Message, StringComparison.Ordinal);
        release.Set();
    }

    [Fact]
    public void A_task_that_fails_while_it_is_cancelled_is_reported()
    {
        var told = new List<EventLoopErrorArgs>();
        EventLoop.Run(loop =>
        {
            loop.ExceptionHandler = told.Add;
            _ = loop.CreateTask(
                static async token =>
                {
                    try
                    {
                        await Forever.Until(token);
                    }
                    catch (OperationCanceledException)
                    {
                        throw new InvalidDataException();
                    }
                },
                name: "clumsy");
            return Task.CompletedTask;
        });
        EventLoopErrorArgs error = Assert.Single(told);
        Assert.IsType<InvalidDataException>(error.Exception);
        Assert.StartsWith("The task clumsy", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_arrives_after_the_end_still_runs_one_piece_at_a_time()
    {
        var release = new Threading.Event();
        var tasks = new List<Task>();
        int inside = 0;
        EventLoop.Run(() =>
        {
            tasks.AddRange(Enumerable.Range(0, 50).Select(_ => Piece()));
            return Task.CompletedTask;
        });
        release.Set();
        await Task.WhenAll(tasks);

        async Task Piece()
        {
            await release.WaitAsync(Cancellation);
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(1, Interlocked.Increment(ref inside));
                Assert.Null(EventLoop.Current);
                Thread.SpinWait(10_000);
                Interlocked.Decrement(ref inside);
                await Task.Yield();
            }
        }
    }

    [Fact]
    public void The_loops_token_is_cancelled_by_the_callers_and_at_the_end()
    {
        using var cancel = new CancellationTokenSource();
        OperationCanceledException cancelled = Assert.ThrowsAny<OperationCanceledException>(() => EventLoop.Run(
            async loop =>
            {
                cancel.Cancel();
                await Forever.Until(loop.Token);
            },
            token: cancel.Token));
        Assert.True(cancelled.CancellationToken.IsCancellationRequested);
        Assert.True(EventLoop.Run(static loop => Task.FromResult(loop)).Token.IsCancellationRequested);
    }

    [Fact]
    public void An_interrupt_of_the_loops_thread_cancels_the_token_and_is_kept_for_the_caller()
    {
        bool keptForCaller = false;
        var running = new Futures.Future<(EventLoop, Thread)>();
        var thread = new Threading.Thread(() =>
        {
            Assert.ThrowsAny<OperationCanceledException>(() => EventLoop.Run(async loop =>
            {
                running.SetResult((loop, Thread.CurrentThread));
                await Forever.Until(loop.Token);
            }));
            Assert.Throws<ThreadInterruptedException>(() => new Threading.Event().Wait(Cancellation));
            keptForCaller = true;
        });
        thread.Start();
        (EventLoop loop, Thread native) = running.Result(Cancellation);
        Eventually.Holds(() => loop.Sleeps);
        native.Interrupt();
        thread.Join(Cancellation);
        Assert.True(keptForCaller);
    }

    [Fact]
    public async Task The_first_Ctrl_C_cancels_and_the_program_cleans_up()
    {
        using var program = new ChildProgram("loop-interrupted");
        Assert.Equal("waiting", await program.ReadLine(Cancellation));
        SystemView.Signal(program.Id, SystemView.Interrupt);
        Assert.Equal((0, "cleaned up\ncancelled\n", ""), await program.End(Cancellation));
    }

    [Fact]
    public async Task The_second_Ctrl_C_ends_a_program_whose_loop_is_blocked()
    {
        using var program = new ChildProgram("loop-blocked");
        Assert.Equal("blocked", await program.ReadLine(Cancellation));
        SystemView.Signal(program.Id, SystemView.Interrupt);
        Assert.Equal("heard", await program.ReadLine(Cancellation));
        SystemView.Signal(program.Id, SystemView.Interrupt);
        (int code, _, _) = await program.End(Cancellation);
        Assert.Equal(128 + SystemView.Interrupt, code);
    }

    private static async void FailLater()
    {
        await Task.Yield();
        throw new InvalidDataException();
    }

    private static async void SayLater(System.Collections.Concurrent.ConcurrentBag<string> said)
    {
        await Task.Run(static () => { });
        await Task.Yield();
        said.Add("async void");
    }
}
