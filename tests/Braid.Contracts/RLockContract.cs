using Braid.Threading;

namespace Braid.Contracts;

/// <summary>What a re-entrant lock does besides. After CPython's <c>lock_tests.RLockTests</c>.</summary>
/// <param name="newLock">Makes the lock.</param>
/// <param name="newActor">Makes an actor that blocks: the lock belongs to a thread.</param>
public abstract class RLockContract(Func<ILock> newLock, Func<Actor> newActor) : LockContract(newLock, newActor)
{
    [Fact]
    public async Task Its_holder_may_acquire_it_again_and_must_release_it_as_often()
    {
        ILock mutex = NewLock();
        await using Actor holder = NewActor();
        await using Actor other = NewActor();
        await Acquire(holder, mutex);
        await Acquire(holder, mutex);
        Assert.True(await TryAcquire(holder, mutex, TimeSpan.Zero));
        Assert.True(await TryAcquire(holder, mutex, Brief));
        for (int i = 0; i < 4; i++)
        {
            Assert.True(mutex.Locked);
            Assert.False(await TryAcquire(other, mutex, TimeSpan.Zero));
            await holder.Do(mutex.Release);
        }

        Assert.False(mutex.Locked);
        await Assert.ThrowsAsync<SynchronizationLockException>(() => holder.Do(mutex.Release));
        Assert.True(await TryAcquire(other, mutex, TimeSpan.Zero));
        await other.Do(mutex.Release);
    }

    [Fact]
    public async Task Only_its_holder_may_release_it()
    {
        ILock mutex = NewLock();
        await using Actor holder = NewActor();
        await using Actor other = NewActor();
        await Acquire(holder, mutex);
        await Assert.ThrowsAsync<SynchronizationLockException>(() => other.Do(mutex.Release));
        Assert.True(mutex.Locked);
        Assert.False(await TryAcquire(other, mutex, TimeSpan.Zero));
        await holder.Do(mutex.Release);
        Assert.False(mutex.Locked);
    }

    [Fact]
    public async Task Its_holder_is_told_of_a_negative_timeout_and_of_a_cancelled_token_too()
    {
        ILock mutex = NewLock();
        await using Actor holder = NewActor();
        await Acquire(holder, mutex);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => TryAcquire(holder, mutex, TimeSpan.FromTicks(-1)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Acquire(holder, mutex, new CancellationToken(canceled: true)));
        await holder.Do(mutex.Release);
        Assert.False(mutex.Locked);
    }

    [Fact]
    public async Task It_refuses_to_be_awaited_and_says_why()
    {
        ILock mutex = NewLock();
        var refusal = await Assert.ThrowsAsync<NotSupportedException>(() => mutex.AcquireAsync(Cancellation).AsTask());
        Assert.Contains("belongs to the thread", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotSupportedException>(() => mutex.TryAcquireAsync(Ample, Cancellation).AsTask());
        Assert.False(mutex.Locked);
    }
}

/// <summary>How often its holder holds a re-entrant lock.</summary>
public abstract class LockDepthContract(World world) : TimedTest
{
    [Fact]
    public async Task Its_depth_is_how_often_the_calling_thread_holds_it()
    {
        ILock mutex = world.NewRLock();
        await using var holder = new BlockingActor();
        await using var other = new BlockingActor();
        Assert.Equal(0, await holder.Do(() => mutex.Depth));
        await holder.Do(() => mutex.Acquire(Cancellation));
        await holder.Do(() => mutex.Acquire(Cancellation));
        Assert.Equal(2, await holder.Do(() => mutex.Depth));
        Assert.Equal(0, await other.Do(() => mutex.Depth));
        await holder.Do(mutex.Release);
        Assert.Equal(1, await holder.Do(() => mutex.Depth));
        await holder.Do(mutex.Release);
        Assert.Equal(0, await holder.Do(() => mutex.Depth));
    }

    [Fact]
    public async Task A_foreign_release_leaves_the_depth()
    {
        ILock mutex = world.NewRLock();
        await using var holder = new BlockingActor();
        await using var other = new BlockingActor();
        await holder.Do(() => mutex.Acquire(Cancellation));
        await holder.Do(() => mutex.Acquire(Cancellation));
        await Assert.ThrowsAsync<SynchronizationLockException>(() => other.Do(mutex.Release));
        Assert.Equal(2, await holder.Do(() => mutex.Depth));
        await holder.Do(mutex.Release);
        await holder.Do(mutex.Release);
    }
}
