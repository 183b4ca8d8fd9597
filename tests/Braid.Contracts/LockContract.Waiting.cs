using Braid.Threading;

namespace Braid.Contracts;

/// <summary>How a wait for a lock ends without the lock.</summary>
public abstract partial class LockContract
{
    [Fact]
    public async Task A_wait_whose_time_is_up_leaves_the_lock_usable()
    {
        ILock mutex = NewLock();
        await using Actor holder = NewActor();
        await using Actor other = NewActor();
        await Acquire(holder, mutex);
        Assert.False(await TryAcquire(other, mutex, TimeSpan.Zero));
        Assert.False(await TryAcquire(other, mutex, Brief));
        Assert.Equal(0, mutex.LockWaiterCount);
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
        Eventually.Holds(() => mutex.LockWaiterCount == 1);
        Task waiting = Acquire(second, mutex);
        Eventually.Holds(() => mutex.LockWaiterCount == 2);
        cancel.Cancel();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.Equal(1, mutex.LockWaiterCount);
        await holder.Do(mutex.Release);
        await waiting;
        await second.Do(mutex.Release);
    }

    [Fact]
    public async Task A_token_cancelled_before_is_heeded_though_the_lock_is_free()
    {
        ILock mutex = NewLock();
        await using Actor one = NewActor();
        var cancelled = new CancellationToken(canceled: true);
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Acquire(one, mutex, cancelled));
        Assert.Equal(cancelled, exception.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TryAcquire(one, mutex, TimeSpan.Zero, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TryAcquire(one, mutex, Ample, cancelled));
        Assert.False(mutex.Locked);
    }

    [Fact]
    public async Task A_negative_timeout_is_refused_though_the_lock_is_free()
    {
        ILock mutex = NewLock();
        await using Actor one = NewActor();
        var exception = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => TryAcquire(one, mutex, TimeSpan.FromTicks(-1)));
        Assert.Equal("timeout", exception.ParamName);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => TryAcquire(one, mutex, TimeSpan.FromSeconds(-1)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => TryAcquire(one, mutex, TimeSpan.MinValue));
        Assert.False(mutex.Locked);
    }

    [Fact]
    public async Task The_longest_and_the_infinite_timeout_wait()
    {
        foreach (TimeSpan timeout in new[] { TimeSpan.MaxValue, Timeout.InfiniteTimeSpan })
        {
            ILock mutex = NewLock();
            await using Actor holder = NewActor();
            await using Actor other = NewActor();
            await Acquire(holder, mutex);
            Task<bool> waiting = TryAcquire(other, mutex, timeout);
            Eventually.Holds(() => mutex.LockWaiterCount == 1);
            await holder.Do(mutex.Release);
            Assert.True(await waiting);
            await other.Do(mutex.Release);
        }
    }

    [Fact]
    public async Task A_waiter_that_times_out_does_not_take_the_lock()
    {
        ILock mutex = NewLock();
        await using Actor holder = NewActor();
        await using Actor first = NewActor();
        await using Actor second = NewActor();
        await Acquire(holder, mutex);
        Task<bool> tiring = TryAcquire(first, mutex, Brief);
        Task waiting = Acquire(second, mutex);
        Assert.False(await tiring);
        Eventually.Holds(() => mutex.LockWaiterCount == 1);
        await holder.Do(mutex.Release);
        await waiting;
        await second.Do(mutex.Release);
        Assert.False(mutex.Locked);
    }

    [Fact]
    public async Task A_cancellation_that_races_the_release_loses_no_lock()
    {
        ILock mutex = NewLock();
        await using Actor holder = NewActor();
        await using Actor first = NewActor();
        await using Actor second = NewActor();
        for (int round = 0; round < 200; round++)
        {
            using var cancel = new CancellationTokenSource();
            await Acquire(holder, mutex);
            Task racing = Acquire(first, mutex, cancel.Token);
            Eventually.Holds(() => mutex.LockWaiterCount == 1);
            Task waiting = Acquire(second, mutex);
            Eventually.Holds(() => mutex.LockWaiterCount == 2);
            Task cancelling = Task.Run(cancel.Cancel, Cancellation);
            await holder.Do(mutex.Release);
            if (await racing.ContinueWith(static task => task.IsCompletedSuccessfully, TaskScheduler.Default))
            {
                await first.Do(mutex.Release);
            }

            await waiting;
            await second.Do(mutex.Release);
            await cancelling;
            Assert.False(mutex.Locked);
        }
    }
}
