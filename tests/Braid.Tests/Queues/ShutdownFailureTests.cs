using Braid.Queues;

namespace Braid.Tests;

/// <summary>A shutdown during which the store fails.</summary>
public sealed class ShutdownFailureTests : TimedTest
{
    [Fact]
    public async Task Putters_are_let_go_though_dropping_the_items_fails()
    {
        var queue = new FailingQueue();
        queue.Put(1, Cancellation);
        Task putting = queue.PutAsync(2, Cancellation).AsTask();
        Assert.Equal(1, queue.PutterCount);
        Assert.Throws<InvalidDataException>(() => queue.Shutdown(immediate: true));
        await Assert.ThrowsAsync<QueueShutDownException>(() => putting.WaitAsync(Ample, Cancellation));
    }

    private sealed class FailingQueue() : Braid.Queues.Queue<int>(maxsize: 1)
    {
        protected override int GetCore() => throw new InvalidDataException();
    }
}
