using System.Collections.Concurrent;
using Braid.AsyncIO;

namespace Braid.Tests;

/// <summary>Synchronization contexts of the program's that do what they should not: whoever releases, and the thread that keeps the time, have nothing to do with it.</summary>
[Collection(nameof(ProgramWide))]   // the hook belongs to the whole program
public sealed class StrangeContextTests : TimedTest
{
    private readonly ConcurrentQueue<Exception> _reported = new();

    public StrangeContextTests() => Threading.Thread.ExceptHook = args => _reported.Enqueue(args.Exception);

    public override void Dispose()
    {
        Threading.Thread.ExceptHook = Threading.Thread.DefaultExceptHook;
        base.Dispose();
    }

    [Fact]
    public async Task What_a_closed_context_refuses_still_reaches_its_awaiter_and_the_refusal_is_reported()
    {
        var queue = new Queues.Queue<string>();
        Task<string> get = Under(new ClosedContext(), async () => await queue.GetAsync(Cancellation));
        queue.Put("important");
        Assert.Equal("important", await get.WaitAsync(Ample, Cancellation));
        Eventually.Holds(() => _reported.Any(static exception => exception.InnerException is ObjectDisposedException));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ten_thousand_waiters_of_such_a_context_go_on_without_a_deep_stack(bool runsInline)
    {
        const int Waiters = 10_000;
        var flag = new Threading.Event();
        SynchronizationContext context = runsInline ? new InlineContext() : new ClosedContext();
        Task[] waits = [.. Enumerable.Range(0, Waiters).Select(_ => Under(context, async () => await flag.WaitAsync(Cancellation)))];
        flag.Set();
        await Task.WhenAll(waits).WaitAsync(Ample, Cancellation);
        Assert.True(_reported.Count <= 1, "What a context refuses is reported once.");
    }

    [Fact]
    public async Task Code_posted_inline_does_not_run_on_the_stack_of_the_releaser()
    {
        using var isReleasing = new ThreadLocal<bool>();
        var locked = new Threading.Lock();
        locked.Acquire(Cancellation);
        Task<bool> next = Under(new InlineContext(), async () =>
        {
            using (await locked.EnterScopeAsync(Cancellation))
            {
                return isReleasing.Value;
            }
        });
        isReleasing.Value = true;
        locked.Release();
        isReleasing.Value = false;
        Assert.False(await next.WaitAsync(Ample, Cancellation));
    }

    [Fact]
    public async Task A_context_that_blocks_stops_no_timeout_of_others_and_no_release()
    {
        using var blocking = new BlockingContext();
        var never = new Threading.Event();
        var flag = new Threading.Event();
        Task<bool> timed = Under(blocking, async () => await never.TryWaitAsync(Brief, Cancellation));
        Task released = Under(blocking, async () => await flag.WaitAsync(Cancellation));
        flag.Set();
        Assert.True(blocking.IsEntered.TryWait(Ample, Cancellation));
        Assert.False(await never.TryWaitAsync(Brief, Cancellation).AsTask().WaitAsync(Ample, Cancellation));
        await Assert.ThrowsAsync<TimeoutException>(() => new Braid.AsyncIO.Timeout(Brief).RunAsync(static limit => Forever.Until(limit.Token)).WaitAsync(Ample, Cancellation));
        Assert.False(timed.IsCompleted && released.IsCompleted);
        blocking.Open.Set();
        Assert.False(await timed.WaitAsync(Ample, Cancellation));
        await released.WaitAsync(Ample, Cancellation);
    }

    [Fact]
    public async Task A_callback_that_blocks_when_a_limit_expires_stops_no_timeout_of_others()
    {
        var open = new Threading.Event();
        var isEntered = new Threading.Event();
        Task limited = new Braid.AsyncIO.Timeout(Brief).RunAsync(async limit =>
        {
            using (limit.Token.Register(() =>
            {
                isEntered.Set();
                open.Wait(CancellationToken.None);
            }))
            {
                await open.WaitAsync(CancellationToken.None);
            }
        });
        Assert.True(isEntered.TryWait(Ample, Cancellation));
        Assert.False(await new Threading.Event().TryWaitAsync(Brief, Cancellation).AsTask().WaitAsync(Ample, Cancellation));
        await Assert.ThrowsAsync<TimeoutException>(() => new Braid.AsyncIO.Timeout(Brief).RunAsync(static limit => Forever.Until(limit.Token)).WaitAsync(Ample, Cancellation));
        open.Set();
        await limited.WaitAsync(Ample, Cancellation);
    }

    [Fact]
    public async Task Continuations_of_one_context_are_posted_in_order()
    {
        const int Waiters = 1000;
        var context = new InlineContext();
        var queue = new Queues.Queue<int>();
        var order = new ConcurrentQueue<int>();
        Task[] gets = [.. Enumerable.Range(0, Waiters).Select(_ => Under(context, async () => order.Enqueue(await queue.GetAsync(Cancellation))))];
        for (int i = 0; i < Waiters; i++)
        {
            queue.Put(i);
        }

        await Task.WhenAll(gets).WaitAsync(Ample, Cancellation);
        Assert.Equal(Enumerable.Range(0, Waiters), order);
    }

    [Fact]
    public async Task What_follows_a_group_does_not_run_inside_its_cancel()
    {
        TaskGroup? group = null;
        var isWaiting = new Threading.Event();
        var goOn = new Threading.Event();
        Task caller = Task.Run(
            async () =>
            {
                await new TaskGroup().RunAsync(entered =>
                {
                    group = entered;
                    _ = entered.CreateTask(static token =>
                    {
                        var ends = new TaskCompletionSource();
                        token.Register(() => ends.TrySetCanceled());
                        return ends.Task;
                    });
                    isWaiting.Set();
                }).ConfigureAwait(false);
                goOn.Wait(Cancellation);
            },
            Cancellation);
        isWaiting.Wait(Cancellation);
        var cancels = new Threading.Thread(() => group!.Cancel());
        cancels.Start();
        Assert.True(cancels.TryJoin(Ample, Cancellation));
        goOn.Set();
        await caller;
    }

    [Fact]
    public async Task A_task_that_blocks_when_it_is_cancelled_does_not_block_its_canceller()
    {
        TaskGroup? group = null;
        var isWaiting = new Threading.Event();
        var isBlocked = new Threading.Event();
        var goOn = new Threading.Event();
        Task run = Task.Run(
            () => new TaskGroup().RunAsync(entered =>
            {
                group = entered;
                _ = entered.CreateTask(async token =>
                {
                    try
                    {
                        var ends = new TaskCompletionSource();
                        using CancellationTokenRegistration ending = token.Register(() => ends.TrySetCanceled());
                        isWaiting.Set();
                        await ends.Task.ConfigureAwait(false);
                    }
                    finally
                    {
                        isBlocked.Set();
                        goOn.Wait(CancellationToken.None);
                    }
                });
            }),
            Cancellation);
        isWaiting.Wait(Cancellation);
        var cancels = new Threading.Thread(() => group!.Cancel());
        cancels.Start();
        Assert.True(cancels.TryJoin(Ample, Cancellation));
        Assert.True(group!.Token.IsCancellationRequested);
        Assert.True(isBlocked.TryWait(Ample, Cancellation));
        goOn.Set();
        await run.WaitAsync(Ample, Cancellation);
    }

    private static T Under<T>(SynchronizationContext context, Func<T> start)
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            return start();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private sealed class ClosedContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => throw new ObjectDisposedException("window");
    }

    private sealed class InlineContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => d(state);
    }

    private sealed class BlockingContext : SynchronizationContext, IDisposable
    {
        public Threading.Event IsEntered { get; } = new();

        public Threading.Event Open { get; } = new();

        public void Dispose() => Open.Set();

        public override void Post(SendOrPostCallback d, object? state)
        {
            IsEntered.Set();
            Open.Wait(CancellationToken.None);
            d(state);
        }
    }
}
