namespace Braid.Tests;

/// <summary>What holds for awaiting callers only: they are served strictly in order of arrival, by whoever gives. After asyncio's <c>test_queues</c>.</summary>
public sealed class QueueAwaitTests : TimedTest
{
    [Fact]
    public async Task Awaiting_getters_are_served_in_order_of_arrival_without_those_that_gave_up()
    {
        var queue = new Queues.Queue<int>();
        using var cancel = new CancellationTokenSource();
        Task<int>[] gets = [.. Enumerable.Range(0, 6).Select(i => queue.GetAsync(i is 0 or 3 ? cancel.Token : default).AsTask())];
        cancel.Cancel();
        Assert.Equal(4, queue.GetterCount);
        for (int i = 0; i < 5; i++)
        {
            queue.Put(i);
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gets[0]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gets[3]);
        int[] got = await Task.WhenAll(gets[1], gets[2], gets[4], gets[5]);
        Assert.Equal([0, 1, 2, 3], got);
        Assert.Equal(4, queue.GetNowait());
    }

    [Fact]
    public async Task Awaiting_putters_get_in_in_order_of_arrival_without_those_that_gave_up()
    {
        var queue = new Queues.Queue<int>(1);
        using var cancel = new CancellationTokenSource();
        queue.Put(-1);
        Task[] puts = [.. Enumerable.Range(0, 5).Select(i => queue.PutAsync(i, i is 1 or 2 ? cancel.Token : default).AsTask())];
        cancel.Cancel();
        Assert.Equal(3, queue.PutterCount);
        Assert.Equal([-1, 0, 3, 4], [queue.Get(), queue.Get(), queue.Get(), queue.Get()]);
        Assert.True(queue.Empty);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => puts[1]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => puts[2]);
        await Task.WhenAll(puts[0], puts[3], puts[4]);
    }

    [Fact]
    public void An_item_put_for_an_awaiting_getter_cannot_be_taken_by_a_newcomer()
    {
        var queue = new Queues.Queue<int>();
        Task<int> get = queue.GetAsync().AsTask();
        queue.Put(1);
        Assert.Throws<Queues.QueueEmptyException>(() => queue.GetNowait());
        Eventually.Holds(() => get.IsCompletedSuccessfully);
    }

    [Fact]
    public void Cancelled_waits_leave_nothing_behind()
    {
        var queue = new Queues.Queue<int>(1);
        using var cancel = new CancellationTokenSource();
        queue.Put(0);
        for (int i = 0; i < 100; i++)
        {
            _ = queue.PutAsync(i, cancel.Token).AsTask();
        }

        Assert.Equal(100, queue.PutterCount);
        cancel.Cancel();
        Assert.Equal((0, 1, 1), (queue.PutterCount, queue.Qsize, queue.UnfinishedTasks));
    }
}
