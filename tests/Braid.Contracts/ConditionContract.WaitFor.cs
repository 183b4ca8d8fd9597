namespace Braid.Contracts;

/// <summary>Waits for a predicate.</summary>
public abstract partial class ConditionContract
{
    [Fact]
    public async Task WaitFor_asks_first_and_does_not_wait_when_the_predicate_holds()
    {
        ICondition condition = NewCondition();
        await using Actor one = NewActor();
        Tally asked = NewTally();
        await Acquire(one, condition);
        await WaitFor(one, condition, Holds);
        Assert.True(await TryWaitFor(one, condition, Holds, TimeSpan.Zero));
        Assert.Equal(2, asked.First);
        await one.Do(condition.Release);

        bool Holds()
        {
            Assert.True(condition.Locked);
            asked.Count();
            return true;
        }
    }

    [Fact]
    public async Task WaitFor_asks_again_at_each_notification_until_the_predicate_holds()
    {
        ICondition condition = NewCondition();
        await using Actor one = NewActor();
        await using Actor notifier = NewActor();
        Tally state = NewTally();
        await Acquire(one, condition);
        Task wait = WaitFor(one, condition, () => state.First == 4);
        for (int i = 0; i < 4; i++)
        {
            Eventually.Holds(() => condition.WaiterCount == 1);
            Assert.False(wait.IsCompleted);
            await Inside(notifier, condition, () =>
            {
                state.Count();
                condition.Notify();
            });
        }

        await wait;
        Assert.True(condition.Locked);
        await one.Do(condition.Release);
    }

    [Fact]
    public async Task TryWaitFor_gives_up_in_time_whatever_notifications_come()
    {
        ICondition condition = NewCondition();
        await using Actor one = NewActor();
        await using Actor notifier = NewActor();
        await Acquire(one, condition);
        Task<bool> wait = TryWaitFor(one, condition, () => false, 5 * Brief);
        int notified = 0;
        for (; !wait.IsCompleted; notified++)
        {
            Eventually.Holds(() => condition.WaiterCount == 1 || wait.IsCompleted);
            if (await notifier.Do(() => condition.TryAcquire(Brief), () => condition.TryAcquireAsync(Brief)))
            {
                await notifier.Do(() => condition.Notify());
                await notifier.Do(condition.Release);
            }
        }

        Assert.False(await wait);
        Assert.True(notified > 0);
        await one.Do(condition.Release);
    }

    [Fact]
    public async Task TryWaitFor_with_no_time_asks_once_and_leaves_the_lock_held()
    {
        ICondition condition = NewCondition();
        await using Actor one = NewActor();
        Tally asked = NewTally();
        await Acquire(one, condition);
        Assert.False(await TryWaitFor(one, condition, () => asked.Count() == 0, TimeSpan.Zero));
        Assert.True(asked.First > 0);
        Assert.True(condition.Locked);
        await one.Do(condition.Release);
    }

    [Fact]
    public async Task TryWaitFor_asks_a_last_time_when_its_time_is_up()
    {
        ICondition condition = NewCondition();
        await using Actor one = NewActor();
        Tally asked = NewTally();
        await Acquire(one, condition);
        Assert.True(await TryWaitFor(one, condition, () => asked.Count() > 1, Brief));
        await one.Do(condition.Release);
    }

    [Fact]
    public async Task An_exception_of_the_predicate_ends_the_wait_with_the_lock_held()
    {
        ICondition condition = NewCondition();
        await using Actor one = NewActor();
        await using Actor notifier = NewActor();
        Tally asked = NewTally();
        await Acquire(one, condition);
        Task wait = WaitFor(one, condition, () => asked.Count() > 1 ? throw new FormatException() : false);
        Eventually.Holds(() => condition.WaiterCount == 1);
        await Notify(notifier, condition, 1);
        await Assert.ThrowsAsync<FormatException>(() => wait);
        Assert.True(condition.Locked);
        await one.Do(condition.Release);
    }

    [Fact]
    public async Task A_cancellation_ends_WaitFor_with_the_lock_held()
    {
        ICondition condition = NewCondition();
        await using Actor one = NewActor();
        using var cancel = new CancellationTokenSource();
        await Acquire(one, condition);
        Task wait = one.Do(token => condition.WaitFor(() => false, token), token => condition.WaitForAsync(() => false, token), cancel.Token);
        Eventually.Holds(() => condition.WaiterCount == 1);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.True(condition.Locked);
        await one.Do(condition.Release);
    }

    private static Task WaitFor(Actor actor, ICondition condition, Func<bool> predicate) =>
        actor.Do(() => condition.WaitFor(predicate, Cancellation), () => condition.WaitForAsync(predicate, Cancellation));

    private static Task<bool> TryWaitFor(Actor actor, ICondition condition, Func<bool> predicate, TimeSpan timeout) =>
        actor.Do(() => condition.TryWaitFor(predicate, timeout, Cancellation), () => condition.TryWaitForAsync(predicate, timeout, Cancellation));
}
