using Braid.Threading;

namespace Braid.Contracts;

/// <summary>What every condition does: waiting and notifying. After CPython's <c>lock_tests.ConditionTests</c> and asyncio's <c>test_locks.ConditionTests</c>.</summary>
/// <param name="world">Makes the conditions.</param>
/// <param name="mutex">The lock of all conditions of one test.</param>
/// <param name="newActor">Makes those who wait and notify.</param>
public abstract partial class ConditionContract(World world, ILock mutex, Func<Actor> newActor) : TimedTest
{
    /// <summary>Makes a condition; all conditions of one test share one lock.</summary>
    protected ICondition NewCondition() => world.NewCondition(mutex);

    protected Actor NewActor() => newActor();

    /// <summary>Makes a counter that the test's actors share.</summary>
    protected virtual Tally NewTally() => new LocalTally(1);

    /// <summary>How many wait for the lock of the test's conditions.</summary>
    protected int LockWaiterCount => mutex.LockWaiterCount;

    [Fact]
    public async Task Notify_lets_exactly_so_many_go_on_the_longest_waiting_first()
    {
        ICondition condition = NewCondition();
        await using Actor notifier = NewActor();
        await using var crew = new Crew(5, NewActor);
        Task<bool>[] waits = WaitInOrder(crew, condition);
        await Notify(notifier, condition, 3);
        await Task.WhenAll(waits[..3]);
        Assert.Equal(2, condition.WaiterCount);
        Assert.All(waits[3..], wait => Assert.False(wait.IsCompleted));
        await Notify(notifier, condition, 1);
        Assert.True(await waits[3]);
        Assert.Equal(1, condition.WaiterCount);
        await Notify(notifier, condition, 5);
        Assert.True(await waits[4]);
        Assert.Equal(0, condition.WaiterCount);
        Assert.False(condition.Locked);
    }

    [Fact]
    public async Task NotifyAll_lets_all_go_on()
    {
        ICondition condition = NewCondition();
        await using Actor notifier = NewActor();
        await using var crew = new Crew(5, NewActor);
        Task<bool>[] waits = WaitInOrder(crew, condition);
        await Inside(notifier, condition, condition.NotifyAll);
        Assert.All(await Task.WhenAll(waits), Assert.True);
    }

    [Fact]
    public async Task Who_was_notified_goes_on_only_when_the_notifier_has_released_the_lock()
    {
        ICondition condition = NewCondition();
        await using Actor notifier = NewActor();
        await using var crew = new Crew(2, NewActor);
        Task<bool>[] waits = WaitInOrder(crew, condition);
        await Acquire(notifier, condition);
        await notifier.Do(() => condition.Notify(2));
        Assert.Equal(0, condition.WaiterCount);
        Eventually.Holds(() => LockWaiterCount == 2);
        Assert.All(waits, wait => Assert.False(wait.IsCompleted));
        await notifier.Do(condition.Release);
        await Task.WhenAll(waits);
    }

    [Fact]
    public async Task A_notification_without_a_waiter_is_lost()
    {
        ICondition condition = NewCondition();
        await using Actor one = NewActor();
        await using Actor other = NewActor();
        await Notify(one, condition, 3);
        await Inside(one, condition, condition.NotifyAll);
        Task<bool> wait = WaitOnce(one, condition);
        Eventually.Holds(() => condition.WaiterCount == 1);
        await Notify(other, condition, 0);
        Assert.Equal(1, condition.WaiterCount);
        await Notify(other, condition, 1);
        Assert.True(await wait);
    }

    [Fact]
    public async Task Conditions_of_one_lock_have_waiters_of_their_own()
    {
        ICondition full = NewCondition();
        ICondition empty = NewCondition();
        await using Actor one = NewActor();
        await using Actor other = NewActor();
        await using Actor notifier = NewActor();
        Task<bool> onFull = WaitOnce(one, full);
        Task<bool> onEmpty = WaitOnce(other, empty);
        Eventually.Holds(() => full.WaiterCount == 1 && empty.WaiterCount == 1);
        await Acquire(notifier, full);
        Assert.True(empty.Locked);
        await notifier.Do(empty.NotifyAll);
        await notifier.Do(full.Release);
        Assert.True(await onEmpty);
        Assert.Equal(1, full.WaiterCount);
        await Notify(notifier, full, 1);
        Assert.True(await onFull);
    }

    [Fact]
    public async Task Waiting_and_notifying_without_the_lock_are_refused()
    {
        ICondition condition = NewCondition();
        await using Actor one = NewActor();
        await Refused(() => one.Do(() => condition.Wait(Cancellation), () => condition.WaitAsync(Cancellation)));
        await Refused(() => one.Do(() => condition.TryWait(Ample, Cancellation), () => condition.TryWaitAsync(Ample, Cancellation)));
        await Refused(() => one.Do(() => condition.WaitFor(Yes, Cancellation), () => condition.WaitForAsync(Yes, Cancellation)));
        await Refused(() => one.Do(() => condition.TryWaitFor(Yes, Ample, Cancellation), () => condition.TryWaitForAsync(Yes, Ample, Cancellation)));
        await Refused(() => one.Do(() => condition.Notify()));
        await Refused(() => one.Do(condition.NotifyAll));
        Assert.Equal(0, condition.WaiterCount);
        Assert.False(condition.Locked);

        static bool Yes() => true;

        static Task Refused(Func<Task> act) => Assert.ThrowsAsync<SynchronizationLockException>(act);
    }

    [Fact]
    public async Task Bad_arguments_are_refused_with_the_lock_held()
    {
        ICondition condition = NewCondition();
        await using Actor one = NewActor();
        var negative = TimeSpan.FromTicks(-1);
        await Acquire(one, condition);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => one.Do(() => condition.Notify(-1)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => one.Do(() => condition.TryWait(negative, Cancellation), () => condition.TryWaitAsync(negative, Cancellation)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => one.Do(() => condition.TryWaitFor(() => true, negative, Cancellation), () => condition.TryWaitForAsync(() => true, negative, Cancellation)));
        await Assert.ThrowsAsync<ArgumentNullException>(
            () => one.Do(() => condition.WaitFor(null!, Cancellation), () => condition.WaitForAsync(null!, Cancellation)));
        await one.Do(condition.Release);
    }

    protected static Task Acquire(Actor actor, ICondition condition) =>
        actor.Do(() => condition.Acquire(Cancellation), () => condition.AcquireAsync(Cancellation));

    /// <summary>Acquires, waits once, and releases, however the wait ends.</summary>
    protected static Task<bool> WaitOnce(Actor actor, ICondition condition, TimeSpan? timeout = null, CancellationToken token = default)
    {
        TimeSpan limit = timeout ?? Timeout.InfiniteTimeSpan;
        return actor.Do(
            token =>
            {
                using Scope held = condition.EnterScope(Cancellation);
                return condition.TryWait(limit, token);
            },
            async token =>
            {
                using (await condition.EnterScopeAsync(Cancellation))
                {
                    return await condition.TryWaitAsync(limit, token);
                }
            },
            token);
    }

    protected static Task Notify(Actor actor, ICondition condition, int n) => Inside(actor, condition, () => condition.Notify(n));

    protected static async Task Inside(Actor actor, ICondition condition, Action action)
    {
        await Acquire(actor, condition);
        await actor.Do(action);
        await actor.Do(condition.Release);
    }

    private static Task<bool>[] WaitInOrder(Crew crew, ICondition condition)
    {
        var waits = new Task<bool>[crew.Count];
        for (int i = 0; i < waits.Length; i++)
        {
            waits[i] = WaitOnce(crew[i], condition);
            Eventually.Holds(() => condition.WaiterCount == i + 1);
        }

        return waits;
    }
}
