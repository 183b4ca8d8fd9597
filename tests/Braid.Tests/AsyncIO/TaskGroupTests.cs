using Braid.AsyncIO;

namespace Braid.Tests;

/// <summary>Task groups, in an event loop.</summary>
public sealed class LoopTaskGroupTests : TaskGroupContract
{
    protected override void Run(Func<Task> main) => EventLoop.Run(main);
}

/// <summary>Task groups where there is no event loop: their tasks run on the thread pool.</summary>
public sealed class PoolTaskGroupTests : TaskGroupContract
{
    protected override void Run(Func<Task> main) => Task.Run(main).GetAwaiter().GetResult();
}

public abstract class TaskGroupContract : TimedTest
{
    protected abstract void Run(Func<Task> main);

    [Fact]
    public void It_ends_when_all_its_tasks_have_ended() => Run(async () =>
    {
        var go = new Threading.Event();
        int ended = 0;
        Task<int>? second = null;
        Task<string> group = new TaskGroup().RunAsync(async group =>
        {
            _ = group.CreateTask(async token =>
            {
                await go.WaitAsync(token);
                ended++;
            });
            second = group.CreateTask(static async token =>
            {
                await Task.Yield();
                return 42;
            });
            await Task.Yield();
            return "body";
        });
        Assert.Equal(42, await Result(() => second));
        Assert.False(group.IsCompleted);
        go.Set();
        Assert.Equal("body", await group);
        Assert.Equal(1, ended);
    });

    [Fact]
    public void The_first_failure_cancels_the_others_and_the_body_and_all_failures_come_out() => Run(async () =>
    {
        var bothWait = new Threading.Barrier(2);
        Task<int>? cancelled = null;
        AggregateException failures = await Assert.ThrowsAsync<AggregateException>(() => new TaskGroup().RunAsync(async group =>
        {
            cancelled = group.CreateTask(async token =>
            {
                await bothWait.WaitAsync(token);
                await Forever.Until(token);
                return 1;
            });
            _ = group.CreateTask(async token =>
            {
                await bothWait.WaitAsync(token);
                throw new InvalidDataException("first");
            });
            _ = group.CreateTask(static async token =>
            {
                try
                {
                    await Forever.Until(token);
                }
                catch (OperationCanceledException)
                {
                    throw new IOException("second");
                }
            });
            await Forever.Until(group.Token);
        }));
        Assert.Equal(["first", "second"], failures.InnerExceptions.Select(static failure => failure.Message));
        Assert.True(cancelled!.IsCanceled);
    });

    [Fact]
    public void A_body_that_fails_cancels_the_tasks() => Run(async () =>
    {
        Task? task = null;
        AggregateException failures = await Assert.ThrowsAsync<AggregateException>(() => new TaskGroup().RunAsync(group =>
        {
            task = group.CreateTask(static token => Forever.Until(token));
            throw new InvalidDataException();
        }));
        Assert.IsType<InvalidDataException>(Assert.Single(failures.InnerExceptions));
        Assert.True(task!.IsCanceled);
    });

    [Fact]
    public void A_task_that_ends_by_a_cancellation_of_its_own_is_no_failure() => Run(async () =>
        Assert.Equal(5, await new TaskGroup().RunAsync(static async group =>
        {
            Task task = group.CreateTask(static _ => throw new OperationCanceledException());
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
            return 5;
        })));

    [Fact]
    public void The_outer_token_cancels_all_and_comes_out_as_a_cancellation() => Run(async () =>
    {
        using var outer = new CancellationTokenSource();
        Task? task = null;
        Task group = new TaskGroup(outer.Token).RunAsync(group =>
        {
            task = group.CreateTask(static token => Forever.Until(token));
            return Task.CompletedTask;
        });
        outer.Cancel();
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => group);
        Assert.Equal(outer.Token, cancelled.CancellationToken);
        Assert.True(task!.IsCanceled);
    });

    [Fact]
    public void What_ended_well_in_spite_of_the_outer_token_counts() => Run(async () =>
    {
        using var outer = new CancellationTokenSource();
        int ended = 0;
        await new TaskGroup(outer.Token).RunAsync(async group =>
        {
            _ = group.CreateTask(async _ =>
            {
                await Task.Yield();
                ended++;
            });
            await outer.CancelAsync();
        });
        Assert.Equal(1, ended);
    });

    [Fact]
    public void Failures_come_before_a_cancellation() => Run(async () =>
    {
        using var outer = new CancellationTokenSource();
        AggregateException failures = await Assert.ThrowsAsync<AggregateException>(() => new TaskGroup(outer.Token).RunAsync(async group =>
        {
            _ = group.CreateTask(static async token =>
            {
                try
                {
                    await Forever.Until(token);
                }
                catch (OperationCanceledException)
                {
                    throw new InvalidDataException();
                }
            });
            await Task.Yield();
            outer.Cancel();
        }));
        Assert.IsType<InvalidDataException>(Assert.Single(failures.InnerExceptions));
    });

    [Fact]
    public void Cancelled_on_purpose_it_ends_without_an_exception() => Run(async () =>
    {
        Task? task = null;
        await new TaskGroup().RunAsync(async group =>
        {
            task = group.CreateTask(static token => Forever.Until(token));
            group.Cancel();
            await Forever.Until(group.Token);
        });
        Assert.True(task!.IsCanceled);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new TaskGroup().RunAsync(async group =>
        {
            group.Cancel();
            await Forever.Until(group.Token);
            return 1;
        }));
    });

    [Fact]
    public void Tasks_make_tasks_while_the_group_is_open() => Run(async () =>
    {
        int made = 0;
        await new TaskGroup().RunAsync(group =>
        {
            _ = group.CreateTask(_ => Branch(group, depth: 5));
            return Task.CompletedTask;
        });
        Assert.Equal(63, made);

        async Task Branch(TaskGroup group, int depth)
        {
            Interlocked.Increment(ref made);
            await Task.Yield();
            if (depth > 0)
            {
                _ = group.CreateTask(_ => Branch(group, depth - 1));
                _ = group.CreateTask(_ => Branch(group, depth - 1));
            }
        }
    });

    [Fact]
    public void Nested_groups_each_give_out_their_own() => Run(async () =>
    {
        AggregateException outer = await Assert.ThrowsAsync<AggregateException>(static () => new TaskGroup().RunAsync(static async group =>
        {
            _ = group.CreateTask(static token => Forever.Until(token));
            await new TaskGroup(group.Token).RunAsync(static inner =>
            {
                _ = inner.CreateTask(static _ => throw new InvalidDataException());
                return Task.CompletedTask;
            });
        }));
        Assert.IsType<InvalidDataException>(Assert.Single(Assert.IsType<AggregateException>(Assert.Single(outer.InnerExceptions)).InnerExceptions));
    });

    [Fact]
    public void A_group_is_used_inside_and_once() => Run(async () =>
    {
        var group = new TaskGroup();
        Assert.Contains("not entered", Refusal(group), StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(group.Cancel);
        await group.RunAsync(static async group =>
        {
            Assert.Contains("open", group.ToString(), StringComparison.Ordinal);
            await Assert.ThrowsAsync<InvalidOperationException>(() => group.RunAsync(static _ => Task.CompletedTask));
        });
        Assert.Contains("finished", Refusal(group), StringComparison.Ordinal);
        Assert.Contains("make a new one", (await Assert.ThrowsAsync<InvalidOperationException>(() => group.RunAsync(static _ => Task.CompletedTask))).Message, StringComparison.Ordinal);
        group.Cancel();
        await Assert.ThrowsAsync<AggregateException>(static () => new TaskGroup().RunAsync(static async group =>
        {
            Task failing = group.CreateTask(static _ => throw new InvalidDataException());
            await Assert.ThrowsAsync<InvalidDataException>(() => failing);
            Assert.Contains("shutting down", Refusal(group), StringComparison.Ordinal);
        }));
    });

    [Fact]
    public void A_callback_of_the_token_that_is_sent_to_the_loop_does_not_block_it() => Run(async () =>
    {
        using var outer = new CancellationTokenSource();
        var called = new Threading.Event();
        Task group = new TaskGroup(outer.Token).RunAsync(async group =>
        {
            group.Token.Register(called.Set, useSynchronizationContext: true);
            await Forever.Until(group.Token);       // registered later, so it is called earlier
        });
        Task cancels = Task.Run(outer.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => group);
        await called.WaitAsync(Cancellation);
        await cancels;
    });

    [Fact]
    public void A_body_that_fails_when_a_task_has_adds_its_failure() => Run(async () =>
    {
        AggregateException failures = await Assert.ThrowsAsync<AggregateException>(static () => new TaskGroup().RunAsync(static async group =>
        {
            _ = group.CreateTask(static _ => throw new InvalidDataException());
            try
            {
                await Forever.Until(group.Token);
            }
            catch (OperationCanceledException)
            {
                throw new IOException();
            }
        }));
        Assert.Equal([typeof(InvalidDataException), typeof(IOException)], failures.InnerExceptions.Select(static failure => failure.GetType()));
    });

    [Fact]
    public void The_outer_token_reaches_groups_inside() => Run(async () =>
    {
        using var outer = new CancellationTokenSource();
        var waits = new Threading.Event();
        Task? innermost = null;
        Task group = new TaskGroup(outer.Token).RunAsync(group =>
        {
            _ = group.CreateTask(token => new TaskGroup(token).RunAsync(inner =>
            {
                innermost = inner.CreateTask(async token =>
                {
                    waits.Set();
                    await Forever.Until(token);
                });
                return Task.CompletedTask;
            }));
            return Task.CompletedTask;
        });
        await waits.WaitAsync(Cancellation);
        outer.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => group);
        Assert.True(innermost!.IsCanceled);
    });

    [Fact]
    public void A_task_sees_the_context_of_who_made_it_and_keeps_its_own() => Run(async () =>
    {
        var local = new AsyncLocal<int> { Value = 1 };
        int seen = await await new TaskGroup().RunAsync(group =>
        {
            Task<int> task = group.CreateTask(async _ =>
            {
                int before = local.Value;
                local.Value = 7;
                await Task.Yield();
                return before;
            });
            local.Value = 2;
            return Task.FromResult(task);
        });
        Assert.Equal((1, 1), (seen, local.Value));
    });

    [Fact]
    public void A_callback_of_the_token_that_fails_is_a_failure_too() => Run(async () =>
    {
        AggregateException failures = await Assert.ThrowsAsync<AggregateException>(static () => new TaskGroup().RunAsync(static group =>
        {
            group.Token.Register(static () => throw new IOException());
            throw new InvalidDataException();
        }));
        Assert.Equal([typeof(InvalidDataException), typeof(IOException)], failures.InnerExceptions.Select(static failure => failure.GetType()));
    });

    private static string Refusal(TaskGroup group) => Assert.Throws<InvalidOperationException>(() => { _ = group.CreateTask(static _ => Task.CompletedTask); }).Message;

    private static async Task<int> Result(Func<Task<int>?> task)
    {
        while (task() is null)
        {
            await Task.Yield();
        }

        return await task()!;
    }
}
