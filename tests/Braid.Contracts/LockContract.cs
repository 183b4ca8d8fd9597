using Braid.Threading;

namespace Braid.Contracts;

/// <summary>What every lock does, whoever waits for it. After CPython's <c>lock_tests.BaseLockTests</c> and <c>LockTests</c>.</summary>
public abstract class LockContract : TimedTest
{
    protected abstract ILock NewLock();

    protected abstract Actor NewActor();

    /// <summary>How many wait for the lock at this moment.</summary>
    protected abstract int WaiterCount(ILock mutex);

    [Fact]
    public async Task A_released_lock_can_be_acquired_again()
    {
        ILock mutex = NewLock();
        await using Actor one = NewActor();
        for (int i = 0; i < 3; i++)
        {
            await Acquire(one, mutex);
            Assert.True(mutex.Locked);
            await one.Do(mutex.Release);
            Assert.False(mutex.Locked);
        }
    }

    [Fact]
    public async Task Releasing_what_is_not_held_fails_and_changes_nothing()
    {
        ILock mutex = NewLock();
        await using Actor one = NewActor();
        await Assert.ThrowsAsync<SynchronizationLockException>(() => one.Do(mutex.Release));
        Assert.False(mutex.Locked);
        await Acquire(one, mutex);
        await one.Do(mutex.Release);
        await Assert.ThrowsAsync<SynchronizationLockException>(() => one.Do(mutex.Release));
    }

    [Fact]
    public async Task Each_of_five_waiters_gets_the_lock_in_turn()
    {
        ILock mutex = NewLock();
        await using Actor holder = NewActor();
        await Acquire(holder, mutex);
        Actor[] actors = [.. Enumerable.Range(0, 5).Select(_ => NewActor())];
        int inside = 0;
        Task[] turns = [.. actors.Select(async actor =>
        {
            await Acquire(actor, mutex);
            Assert.Equal(1, Interlocked.Increment(ref inside));
            Interlocked.Decrement(ref inside);
            await actor.Do(mutex.Release);
        })];
        Eventually.Holds(() => WaiterCount(mutex) == 5);
        await holder.Do(mutex.Release);
        await Task.WhenAll(turns);
        Assert.Equal(0, WaiterCount(mutex));
        Assert.False(mutex.Locked);
        foreach (Actor actor in actors)
        {
            await actor.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_wait_whose_time_is_up_leaves_the_lock_usable()
    {
        ILock mutex = NewLock();
        await using Actor holder = NewActor();
        await using Actor other = NewActor();
        await Acquire(holder, mutex);
        Assert.False(await TryAcquire(other, mutex, TimeSpan.Zero));
        Assert.False(await TryAcquire(other, mutex, Brief));
        Assert.Equal(0, WaiterCount(mutex));
        await holder.Do(mutex.Release);
        Assert.True(await TryAcquire(other, mutex, Brief));
        await other.Do(mutex.Release);
    }

    [Fact]
    public async Task A_token_cancelled_during_the_wait_ends_it_and_leaves_the_others_waiting()
    {
        ILock mutex = NewLock();
        await using Actor holder = NewActor();
        await using Actor first = NewActor();
        await using Actor second = NewActor();
        using var cancel = new CancellationTokenSource();
        await Acquire(holder, mutex);
        Task cancelled = Acquire(first, mutex, cancel.Token);
        Eventually.Holds(() => WaiterCount(mutex) == 1);
        Task waiting = Acquire(second, mutex);
        Eventually.Holds(() => WaiterCount(mutex) == 2);
        cancel.Cancel();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.Equal(1, WaiterCount(mutex));
        await holder.Do(mutex.Release);
        await waiting;
        await second.Do(mutex.Release);
    }

    protected static Task Acquire(Actor actor, ILock mutex, CancellationToken token = default) =>
        actor.Do(() => mutex.Acquire(token), () => mutex.AcquireAsync(token));

    protected static Task<bool> TryAcquire(Actor actor, ILock mutex, TimeSpan timeout, CancellationToken token = default) =>
        actor.Do(() => mutex.TryAcquire(timeout, token), () => mutex.TryAcquireAsync(timeout, token));
}
