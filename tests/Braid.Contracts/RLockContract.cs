using Braid.Threading;

namespace Braid.Contracts;

/// <summary>What a re-entrant lock does besides. After CPython's <c>lock_tests.RLockTests</c>.</summary>
public abstract class RLockContract : LockContract
{
    /// <summary>It belongs to a thread, so those who wait for it block.</summary>
    protected override Actor NewActor() => new BlockingActor();

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
