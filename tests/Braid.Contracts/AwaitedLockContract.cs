using Braid.Threading;

namespace Braid.Contracts;

/// <summary>The order among those who await a lock. After asyncio's <c>test_locks.LockTests</c>.</summary>
public abstract class AwaitedLockContract(Func<ILock> newLock) : PlainLockContract(newLock, Cast.Awaiting)
{
    [Fact]
    public async Task Awaiting_waiters_are_served_in_order_of_arrival()
    {
        ILock mutex = NewLock();
        await mutex.AcquireAsync(Cancellation);
        var order = new List<int>();
        var waiters = new List<Task>();
        for (int i = 0; i < 10; i++)
        {
            waiters.Add(TakeTurn(i));
        }

        Assert.Equal(10, mutex.LockWaiterCount);
        mutex.Release();
        await Task.WhenAll(waiters);
        Assert.Equal(Enumerable.Range(0, 10), order);

        async Task TakeTurn(int number)
        {
            await mutex.AcquireAsync(Cancellation);
            order.Add(number);
            mutex.Release();
        }
    }

    [Fact]
    public async Task A_newcomer_cannot_pass_an_awaiting_waiter()
    {
        ILock mutex = NewLock();
        await using var thread = new BlockingActor();
        await mutex.AcquireAsync(Cancellation);
        Task first = mutex.AcquireAsync(Cancellation).AsTask();
        mutex.Release();
        Assert.False(mutex.TryAcquire(token: Cancellation));
        Assert.False(await mutex.TryAcquireAsync(TimeSpan.Zero, Cancellation));
        Task newcomer = Acquire(thread, mutex);
        Eventually.Holds(() => mutex.LockWaiterCount == 1);
        await first;
        Assert.False(newcomer.IsCompleted);
        mutex.Release();
        await newcomer;
        await thread.Do(mutex.Release);
    }

    [Fact]
    public async Task A_cancelled_waiter_leaves_the_order_of_the_others()
    {
        ILock mutex = NewLock();
        using var cancel = new CancellationTokenSource();
        await mutex.AcquireAsync(Cancellation);
        Task first = mutex.AcquireAsync(cancel.Token).AsTask();
        Task second = mutex.AcquireAsync(Cancellation).AsTask();
        Task third = mutex.AcquireAsync(Cancellation).AsTask();
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(2, mutex.LockWaiterCount);
        mutex.Release();
        await second;
        Assert.False(third.IsCompleted);
        mutex.Release();
        await third;
        mutex.Release();
        Assert.False(mutex.Locked);
    }

    [Fact]
    public async Task A_waiter_cancelled_after_it_was_served_keeps_the_lock()
    {
        ILock mutex = NewLock();
        using var cancel = new CancellationTokenSource();
        await mutex.AcquireAsync(Cancellation);
        ValueTask served = mutex.AcquireAsync(cancel.Token);
        mutex.Release();
        cancel.Cancel();
        await served;
        Assert.True(mutex.Locked);
        mutex.Release();
        Assert.False(mutex.Locked);
    }

    [Fact]
    public async Task What_follows_the_await_does_not_run_in_the_release()
    {
        ILock mutex = NewLock();
        await mutex.AcquireAsync(Cancellation);
        using var releasing = new ThreadLocal<bool>();
        Task<bool> waiting = SeesTheRelease();
        releasing.Value = true;
        mutex.Release();
        releasing.Value = false;
        Assert.False(await waiting);

        async Task<bool> SeesTheRelease()
        {
            await mutex.AcquireAsync(Cancellation).ConfigureAwait(false);
            bool isInside = releasing.Value;
            mutex.Release();
            return isInside;
        }
    }
}
