using Braid.Threading;

namespace Braid.Contracts;

/// <summary>A condition gives up every level of its re-entrant lock and has them all back.</summary>
public abstract class ReentrantConditionContract : TimedTest
{
    private readonly World _world;
    private readonly ILock _lock;
    private readonly ICondition _condition;

    protected ReentrantConditionContract(World world)
    {
        _world = world;
        _lock = world.NewRLock();
        _condition = world.NewCondition(_lock);
    }

    [Fact]
    public async Task After_a_notification()
    {
        await using var waiter = new BlockingActor();
        Task<bool> wait = WaitThreeDeep(waiter, Timeout.InfiniteTimeSpan, default);
        Eventually.Holds(() => _condition.WaiterCount == 1 && !_condition.Locked);   // it stands in the queue before it gives the lock up
        using (_condition.EnterScope(Cancellation))
        {
            _condition.Notify();
        }

        Assert.True(await wait);
        await ReleasesThreeTimes(waiter);
    }

    [Fact]
    public async Task After_a_timeout()
    {
        await using var waiter = new BlockingActor();
        Assert.False(await WaitThreeDeep(waiter, Brief, default));
        await ReleasesThreeTimes(waiter);
    }

    [Fact]
    public async Task After_a_cancellation()
    {
        await using var waiter = new BlockingActor();
        using var cancel = new CancellationTokenSource();
        Task<bool> wait = WaitThreeDeep(waiter, Timeout.InfiniteTimeSpan, cancel.Token);
        Eventually.Holds(() => _condition.WaiterCount == 1);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        await ReleasesThreeTimes(waiter);
    }

    [Fact]
    public async Task After_an_interrupt()
    {
        await using var waiter = new BlockingActor();
        Task<bool> wait = WaitThreeDeep(waiter, Timeout.InfiniteTimeSpan, default);
        Eventually.Holds(() => _condition.WaiterCount == 1);
        waiter.Thread.Interrupt();
        await Assert.ThrowsAsync<ThreadInterruptedException>(() => wait);
        Assert.Equal(0, _condition.WaiterCount);
        await ReleasesThreeTimes(waiter);
    }

    [Fact]
    public async Task After_an_interrupt_while_another_thread_holds_the_lock()
    {
        await using var waiter = new BlockingActor();
        await using var holder = new BlockingActor();
        Task<bool> wait = WaitThreeDeep(waiter, Timeout.InfiniteTimeSpan, default);
        Eventually.Holds(() => _condition.WaiterCount == 1);
        await holder.Do(() => _lock.Acquire(Cancellation));
        waiter.Thread.Interrupt();
        Eventually.Holds(() => _lock.LockWaiterCount == 1);
        Assert.False(wait.IsCompleted);
        await holder.Do(_lock.Release);
        await Assert.ThrowsAsync<ThreadInterruptedException>(() => wait);
        await ReleasesThreeTimes(waiter);
    }

    [Fact]
    public async Task An_interrupt_while_it_gets_the_lock_back_strikes_the_next_wait()
    {
        await using var waiter = new BlockingActor();
        await using var notifier = new BlockingActor();
        Task<bool> wait = waiter.Do(() =>
        {
            bool wasNotified = AcquireThreeTimesAndWait(Timeout.InfiniteTimeSpan, default);
            Assert.Throws<ThreadInterruptedException>(() => _condition.Wait(Cancellation));
            return wasNotified;
        });
        Eventually.Holds(() => _condition.WaiterCount == 1);
        await notifier.Do(() => _lock.Acquire(Cancellation));
        await notifier.Do(() => _condition.Notify());
        Eventually.Holds(() => _lock.LockWaiterCount == 1);
        waiter.Thread.Interrupt();
        await notifier.Do(_lock.Release);
        Assert.True(await wait);
        await ReleasesThreeTimes(waiter);
    }

    [Fact]
    public async Task Its_own_lock_is_re_entrant_and_it_refuses_to_be_awaited_with_the_reason()
    {
        ICondition condition = _world.NewCondition();
        condition.Acquire(Cancellation);
        condition.Acquire(Cancellation);
        ValueTask<bool> waiting = condition.TryWaitAsync(Ample, Cancellation);
        ValueTask<bool> waitingFor = condition.TryWaitForAsync(() => false, Ample, Cancellation);
        ValueTask<AsyncScope> entering = condition.EnterScopeAsync(Cancellation);
        condition.Release();
        condition.Release();
        Assert.False(condition.Locked);
        var refusal = await Assert.ThrowsAsync<NotSupportedException>(() => waiting.AsTask());
        Assert.Contains("Await a Lock instead", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotSupportedException>(() => waitingFor.AsTask());
        await Assert.ThrowsAsync<NotSupportedException>(() => entering.AsTask());
    }

    private Task<bool> WaitThreeDeep(BlockingActor actor, TimeSpan timeout, CancellationToken token) =>
        actor.Do(() => AcquireThreeTimesAndWait(timeout, token));

    private bool AcquireThreeTimesAndWait(TimeSpan timeout, CancellationToken token)
    {
        _condition.Acquire(Cancellation);
        _condition.Acquire(Cancellation);
        _condition.Acquire(Cancellation);
        return _condition.TryWait(timeout, token);
    }

    private async Task ReleasesThreeTimes(BlockingActor actor)
    {
        Assert.Equal(3, await actor.Do(() => _lock.Depth));
        for (int i = 0; i < 3; i++)
        {
            Assert.True(_lock.Locked);
            await actor.Do(_lock.Release);
        }

        Assert.False(_lock.Locked);
    }
}
