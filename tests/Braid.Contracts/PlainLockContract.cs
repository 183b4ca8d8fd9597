using Braid.Threading;

namespace Braid.Contracts;

/// <summary>What a lock without an owner does besides. After CPython's <c>lock_tests.LockTests</c>.</summary>
public abstract class PlainLockContract(Func<ILock> newLock, Func<Actor> newActor) : LockContract(newLock, newActor)
{
    [Fact]
    public async Task Its_holder_cannot_acquire_it_again()
    {
        ILock mutex = NewLock();
        await using Actor holder = NewActor();
        await using Actor other = NewActor();
        await Acquire(holder, mutex);
        Assert.False(await TryAcquire(holder, mutex, TimeSpan.Zero));
        Task second = Acquire(holder, mutex);
        Eventually.Holds(() => mutex.LockWaiterCount == 1);
        Assert.False(second.IsCompleted);
        await other.Do(mutex.Release);
        await second;
        await holder.Do(mutex.Release);
    }

    [Fact]
    public async Task Any_thread_may_release_it()
    {
        ILock mutex = NewLock();
        await using Actor holder = NewActor();
        await using Actor other = NewActor();
        await Acquire(holder, mutex);
        await other.Do(mutex.Release);
        Assert.False(mutex.Locked);
        await Acquire(other, mutex);
        await holder.Do(mutex.Release);
        Assert.False(mutex.Locked);
    }
}
