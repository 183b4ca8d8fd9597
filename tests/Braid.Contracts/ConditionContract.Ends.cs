namespace Braid.Contracts;

/// <summary>Waits that end without a notification.</summary>
public abstract partial class ConditionContract
{
    [Fact]
    public async Task A_wait_whose_time_is_up_says_so_and_holds_the_lock_again()
    {
        ICondition condition = NewCondition();
        await using Actor one = NewActor();
        foreach (TimeSpan timeout in new[] { TimeSpan.Zero, Brief })
        {
            await Acquire(one, condition);
            Assert.False(await one.Do(() => condition.TryWait(timeout, Cancellation), () => condition.TryWaitAsync(timeout, Cancellation)));
            Assert.True(condition.Locked);
            await one.Do(condition.Release);
        }

        Assert.Equal(0, condition.WaiterCount);
        Assert.False(condition.Locked);
    }

    [Fact]
    public async Task A_waiter_whose_time_is_up_takes_no_notification()
    {
        ICondition condition = NewCondition();
        await using Actor notifier = NewActor();
        await using Actor first = NewActor();
        await using Actor second = NewActor();
        Task<bool> tiring = WaitOnce(first, condition, Brief);
        Task<bool> waiting = WaitOnce(second, condition);
        Assert.False(await tiring);
        Eventually.Holds(() => condition.WaiterCount == 1);
        await Notify(notifier, condition, 1);
        Assert.True(await waiting);
    }

    [Fact]
    public async Task A_cancelled_waiter_takes_no_notification_and_holds_the_lock_again()
    {
        ICondition condition = NewCondition();
        await using Actor notifier = NewActor();
        await using Actor first = NewActor();
        await using Actor second = NewActor();
        using var cancel = new CancellationTokenSource();
        await Acquire(first, condition);
        Task cancelled = first.Do(token => condition.Wait(token), token => condition.WaitAsync(token), cancel.Token);
        Eventually.Holds(() => condition.WaiterCount == 1);
        Task<bool> waiting = WaitOnce(second, condition);
        Eventually.Holds(() => condition.WaiterCount == 2);
        cancel.Cancel();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.True(condition.Locked);
        Assert.Equal(1, condition.WaiterCount);
        await first.Do(condition.Release);
        await Notify(notifier, condition, 1);
        Assert.True(await waiting);
    }

    [Fact]
    public async Task A_cancellation_reaches_the_caller_only_with_the_lock()
    {
        ICondition condition = NewCondition();
        await using Actor holder = NewActor();
        await using Actor one = NewActor();
        using var cancel = new CancellationTokenSource();
        Task<bool> cancelled = WaitOnce(one, condition, token: cancel.Token);
        Eventually.Holds(() => condition.WaiterCount == 1);
        await Acquire(holder, condition);
        cancel.Cancel();
        Eventually.Holds(() => LockWaiterCount == 1);
        Assert.False(cancelled.IsCompleted);
        await holder.Do(condition.Release);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(condition.Locked);
    }

    [Fact]
    public async Task A_token_cancelled_before_ends_the_wait_at_once_with_the_lock_held()
    {
        ICondition condition = NewCondition();
        await using Actor one = NewActor();
        var cancelled = new CancellationToken(canceled: true);
        await Acquire(one, condition);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.Do(token => condition.Wait(token), token => condition.WaitAsync(token), cancelled));
        Assert.True(condition.Locked);
        await one.Do(condition.Release);
    }

    [Fact]
    public async Task Who_is_cancelled_after_the_notification_keeps_it()
    {
        ICondition condition = NewCondition();
        await using Actor notifier = NewActor();
        await using Actor one = NewActor();
        using var cancel = new CancellationTokenSource();
        Task<bool> wait = WaitOnce(one, condition, token: cancel.Token);
        Eventually.Holds(() => condition.WaiterCount == 1);
        await Acquire(notifier, condition);
        await notifier.Do(() => condition.Notify());
        cancel.Cancel();
        await notifier.Do(condition.Release);
        Assert.True(await wait);
    }

    [Fact]
    public async Task A_cancellation_that_races_the_notification_loses_none()
    {
        ICondition condition = NewCondition();
        await using Actor notifier = NewActor();
        await using Actor first = NewActor();
        await using Actor second = NewActor();
        for (int round = 0; round < 200; round++)
        {
            using var cancel = new CancellationTokenSource();
            Task<bool> racing = WaitOnce(first, condition, token: cancel.Token);
            Eventually.Holds(() => condition.WaiterCount == 1);
            Task<bool> waiting = WaitOnce(second, condition);
            Eventually.Holds(() => condition.WaiterCount == 2);
            Task cancelling = Task.Run(cancel.Cancel, Cancellation);
            await Notify(notifier, condition, 1);
            if (await racing.ContinueWith(static task => task.IsCompletedSuccessfully, TaskScheduler.Default))
            {
                Assert.Equal(1, condition.WaiterCount);
                await Notify(notifier, condition, 1);
            }

            Assert.True(await waiting);
            await cancelling;
        }
    }
}
