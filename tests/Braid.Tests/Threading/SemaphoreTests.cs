namespace Braid.Tests;

public sealed class BlockedSemaphoreTests : SemaphoreContract
{
    protected override ISemaphore NewSemaphore(int value = 1) => new Threading.Semaphore(value);

    protected override Actor NewActor() => new BlockingActor();
}

public sealed class AwaitedSemaphoreTests : SemaphoreContract
{
    protected override ISemaphore NewSemaphore(int value = 1) => new Threading.Semaphore(value);

    protected override Actor NewActor() => new AwaitingActor();

    [Fact]
    public async Task Awaiting_waiters_are_served_in_order_of_arrival_and_a_newcomer_passes_none()
    {
        var permits = new Threading.Semaphore(0);
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
        var permits = new Threading.Semaphore(0);
        using var cancel = new CancellationTokenSource();
        ValueTask served = permits.AcquireAsync(cancel.Token);
        permits.Release();
        cancel.Cancel();
        await served;
        Assert.Equal(0, permits.Value);
    }
}

public sealed class MixedSemaphoreTests : SemaphoreContract
{
    private readonly MixedActors _actors = new();

    protected override ISemaphore NewSemaphore(int value = 1) => new Threading.Semaphore(value);

    protected override Actor NewActor() => _actors.Next();
}

public sealed class UnboundedSemaphoreTests : TimedTest
{
    [Fact]
    public void It_may_have_more_permits_than_it_was_made_with()
    {
        var permits = new Threading.Semaphore();
        permits.Release();
        permits.Release(3);
        Assert.Equal(5, permits.Value);
    }

    [Fact]
    public void More_permits_than_can_be_counted_are_refused_whole()
    {
        var permits = new Threading.Semaphore(int.MaxValue - 1);
        Assert.Throws<SemaphoreFullException>(() => permits.Release(2));
        Assert.Equal(int.MaxValue - 1, permits.Value);
        permits.Release();
        Assert.Equal(int.MaxValue, permits.Value);
    }

    [Fact]
    public void Its_text_says_how_many_permits_there_are() => Assert.Contains("value=3", new Threading.Semaphore(3).ToString(), StringComparison.Ordinal);
}

public sealed class BlockedBoundedSemaphoreTests : SemaphoreContract
{
    protected override ISemaphore NewSemaphore(int value = 1) => new Threading.BoundedSemaphore(value);

    protected override Actor NewActor() => new BlockingActor();
}

public sealed class AwaitedBoundedSemaphoreTests : SemaphoreContract
{
    protected override ISemaphore NewSemaphore(int value = 1) => new Threading.BoundedSemaphore(value);

    protected override Actor NewActor() => new AwaitingActor();
}

public sealed class BoundedSemaphoreTests : TimedTest
{
    [Fact]
    public void It_refuses_more_permits_than_it_was_made_with_and_stays_as_it_was()
    {
        var permits = new Threading.BoundedSemaphore(3);
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
        var permits = new Threading.BoundedSemaphore(3);
        permits.Acquire(Cancellation);
        Assert.Contains("value=2/3", permits.ToString(), StringComparison.Ordinal);
    }
}
