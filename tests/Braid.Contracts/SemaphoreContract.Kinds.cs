namespace Braid.Contracts;

/// <summary>The order among those who await a semaphore. After asyncio's <c>test_locks.SemaphoreTests</c>.</summary>
public abstract class AwaitedSemaphoreContract(Func<int, ISemaphore> newSemaphore) : SemaphoreContract(newSemaphore, Cast.Awaiting)
{
    [Fact]
    public async Task Awaiting_waiters_are_served_in_order_of_arrival_and_a_newcomer_passes_none()
    {
        ISemaphore permits = NewSemaphore(0);
        Task[] waits = [.. Enumerable.Range(0, 5).Select(_ => permits.AcquireAsync(Cancellation).AsTask())];
        for (int i = 0; i < waits.Length; i++)
        {
            permits.Release();
            Assert.False(permits.TryAcquire(token: Cancellation));
            await waits[i];
            Assert.All(waits[(i + 1)..], wait => Assert.False(wait.IsCompleted));
        }

        Assert.Equal(0, permits.Value);
    }

    [Fact]
    public async Task A_waiter_cancelled_after_it_was_served_keeps_its_permit()
    {
        ISemaphore permits = NewSemaphore(0);
        using var cancel = new CancellationTokenSource();
        ValueTask served = permits.AcquireAsync(cancel.Token);
        permits.Release();
        cancel.Cancel();
        await served;
        Assert.Equal(0, permits.Value);
    }
}

/// <summary>How many permits a semaphore without a bound may have.</summary>
public abstract class UnboundedSemaphoreContract(World world) : TimedTest
{
    [Fact]
    public void It_may_have_more_permits_than_it_was_made_with()
    {
        ISemaphore permits = world.NewSemaphore();
        permits.Release();
        permits.Release(3);
        Assert.Equal(5, permits.Value);
    }

    [Fact]
    public void More_permits_than_can_be_counted_are_refused_whole()
    {
        ISemaphore permits = world.NewSemaphore(int.MaxValue - 1);
        Assert.Throws<SemaphoreFullException>(() => permits.Release(2));
        Assert.Equal(int.MaxValue - 1, permits.Value);
        permits.Release();
        Assert.Equal(int.MaxValue, permits.Value);
    }

    [Fact]
    public void Its_text_says_how_many_permits_there_are() => Assert.Contains("value=3", world.NewSemaphore(3).ToString(), StringComparison.Ordinal);
}

/// <summary>How many permits a bounded semaphore may have. After CPython's <c>lock_tests.BoundedSemaphoreTests</c>.</summary>
public abstract class BoundedSemaphoreContract(World world) : TimedTest
{
    [Fact]
    public void It_refuses_more_permits_than_it_was_made_with_and_stays_as_it_was()
    {
        ISemaphore permits = world.NewBoundedSemaphore(3);
        Assert.Throws<SemaphoreFullException>(() => permits.Release());
        permits.Acquire(Cancellation);
        permits.Acquire(Cancellation);
        Assert.Throws<SemaphoreFullException>(() => permits.Release(3));
        Assert.Equal(1, permits.Value);
        Assert.Throws<SemaphoreFullException>(() => permits.Release(int.MaxValue));
        Assert.Equal(1, permits.Value);
        permits.Release(2);
        Assert.Equal(3, permits.Value);
    }

    [Fact]
    public void Its_text_says_how_many_permits_there_are_of_how_many()
    {
        ISemaphore permits = world.NewBoundedSemaphore(3);
        permits.Acquire(Cancellation);
        Assert.Contains("value=2/3", permits.ToString(), StringComparison.Ordinal);
    }
}
