using Braid.AsyncIO;
using Timeout = Braid.AsyncIO.Timeout;

namespace Braid.Tests;

/// <summary>Scopes in scopes, in an event loop.</summary>
public sealed class LoopScopeTests : ScopeContract
{
    protected override void Run(Func<Task> main) => EventLoop.Run(main);

    [Fact]
    public void A_task_of_the_loop_is_not_in_its_makers_scope() => Run(async () =>
    {
        Task? other = null;
        var go = new Threading.Event();
        Task run = New(s_second).RunAsync(async timeout =>
        {
            other = EventLoop.Running.CreateTask(async _ =>
            {
                await go.WaitAsync(Cancellation);
                await New(s_second).RunAsync(static inner => Task.Delay(1, inner.Token));
            });
            await Forever.Until(timeout.Token);
        });
        Clock.Advance(s_second);
        await Assert.ThrowsAsync<TimeoutException>(() => run);
        go.Set();
        await other!;
    });

    [Fact]
    public void The_end_of_the_loop_cancels_the_scopes_in_its_tasks()
    {
        Task? inner = null;
        EventLoop.Run(async loop =>
        {
            _ = loop.CreateTask(_ => new TaskGroup().RunAsync(group => { inner = group.CreateTask(Forever.Until); }));
            while (inner is null)
            {
                await Task.Yield();
            }
        });
        Assert.True(inner!.IsCanceled);
    }

    [Fact]
    public void The_loops_token_cancels_the_scopes_in_the_main_function()
    {
        using var cancel = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => EventLoop.Run(
            () => new TaskGroup().RunAsync(group =>
            {
                _ = group.CreateTask(Forever.Until);
                cancel.Cancel();
            }),
            token: cancel.Token));
    }
}

/// <summary>Scopes in scopes, without an event loop.</summary>
public sealed class PoolScopeTests : ScopeContract
{
    protected override void Run(Func<Task> main) => Task.Run(main).GetAwaiter().GetResult();
}

public abstract class ScopeContract : TimedTest
{
    protected static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    protected HandSetClock Clock { get; } = new();

    protected abstract void Run(Func<Task> main);

    protected Timeout New(TimeSpan? delay) => new(delay, Clock);

    [Fact]
    public void A_limit_reaches_the_tasks_of_a_group_inside_it() => Run(async () =>
    {
        Task? task = null;
        Task run = New(s_second).RunAsync(_ => new TaskGroup().RunAsync(group => { task = group.CreateTask(Forever.Until); }));
        Clock.Advance(s_second);
        await Assert.ThrowsAsync<TimeoutException>(() => run);
        Assert.True(task!.IsCanceled);
    });

    [Fact]
    public void The_failure_of_a_sibling_reaches_a_group_inside_a_task() => Run(async () =>
    {
        Task? inner = null;
        AggregateException failures = await Assert.ThrowsAsync<AggregateException>(() => new TaskGroup().RunAsync(async group =>
        {
            var innerRuns = new Threading.Event();
            _ = group.CreateTask(_ => new TaskGroup().RunAsync(within =>
            {
                inner = within.CreateTask(Forever.Until);
                innerRuns.Set();
            }));
            await innerRuns.WaitAsync(Cancellation);
            throw new InvalidDataException();
        }));
        Assert.IsType<InvalidDataException>(Assert.Single(failures.InnerExceptions));
        Assert.True(inner!.IsCanceled);
    });

    [Fact]
    public void An_outer_limit_reaches_an_inner_one_and_is_the_one_that_comes_out() => Run(async () =>
    {
        Timeout outer = New(s_second);
        Timeout inner = New(2 * s_second);
        Task run = outer.RunAsync(_ => inner.RunAsync(static inner => Forever.Until(inner.Token)));
        Clock.Advance(s_second);
        await Assert.ThrowsAsync<TimeoutException>(() => run);
        Assert.Equal((true, false), (outer.Expired, inner.Expired));
    });

    [Fact]
    public void A_task_of_a_group_is_not_in_the_limit_in_which_it_was_made() => Run(async () =>
    {
        var go = new Threading.Event();
        int result = 0;
        await new TaskGroup().RunAsync(async group =>
        {
            Task run = New(s_second).RunAsync(async timeout =>
            {
                _ = group.CreateTask(async token =>
                {
                    await go.WaitAsync(token);
                    await New(s_second).RunAsync(static inner => Task.Delay(1, inner.Token));
                    result = 42;
                });
                await Forever.Until(timeout.Token);
            });
            Clock.Advance(s_second);
            await Assert.ThrowsAsync<TimeoutException>(() => run);
            go.Set();
        });
        Assert.Equal(42, result);
    });

    [Fact]
    public void What_outlives_its_scope_is_not_in_it_any_more() => Run(async () =>
    {
        Task<int>? left = null;
        var go = new Threading.Event();
        Task run = New(s_second).RunAsync(timeout =>
        {
            left = Left();
            return Forever.Until(timeout.Token);
        });
        Clock.Advance(s_second);
        await Assert.ThrowsAsync<TimeoutException>(() => run);
        go.Set();
        Assert.Equal(42, await left!);

        async Task<int> Left()
        {
            await go.WaitAsync(Cancellation);
            await New(s_second).RunAsync(static inner => Task.Delay(1, inner.Token));
            return 42;
        }
    });

    [Fact]
    public void A_cancelled_scope_around_wins_over_a_cancelling_on_purpose() => Run(async () =>
    {
        Timeout outer = New(s_second);
        await Assert.ThrowsAsync<TimeoutException>(() => outer.RunAsync(_ => new TaskGroup().RunAsync(async group =>
        {
            group.Cancel();
            Clock.Advance(s_second);
            await Forever.Until(group.Token);
        })));
    });
}
