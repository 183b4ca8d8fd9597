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

    [Fact]
    public async Task Await_foreach_gives_every_item_and_ends_at_the_shutdown()
    {
        var queue = new Queues.Queue<int>();
        queue.Put(1);
        queue.Put(2);
        var got = new List<int>();
        Task consuming = Consume();
        Eventually.Holds(() => queue.GetterCount == 1);
        queue.Put(3);
        Eventually.Holds(() => queue.GetterCount == 1);
        queue.Shutdown();
        await consuming;
        Assert.Equal([1, 2, 3], got);

        async Task Consume()
        {
            await foreach (int item in queue)
            {
                got.Add(item);
            }
        }
    }

    [Fact]
    public async Task A_consuming_enumeration_gives_every_item_and_ends_at_the_shutdown()
    {
        var queue = new Queues.Queue<int>();
        await using var consumer = new BlockingActor();
        queue.Put(1);
        Task<int[]> consuming = consumer.Do(() => queue.GetConsumingEnumerable().ToArray());
        Eventually.Holds(() => queue.GetterCount == 1);
        queue.Put(2);
        queue.Shutdown();
        int[] got = await consuming;
        Assert.Equal([1, 2], got);
        Assert.Empty(queue.GetConsumingEnumerable());
    }

    [Fact]
    public async Task An_enumeration_is_ended_by_its_token_and_takes_nothing_more()
    {
        var queue = new Queues.Queue<int>();
        await using var consumer = new BlockingActor();
        using var cancel = new CancellationTokenSource();
        Task blocking = consumer.Do(() => queue.GetConsumingEnumerable(cancel.Token).Count());
        Task awaiting = Drain();
        Eventually.Holds(() => queue.GetterCount == 2);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocking);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => awaiting);
        queue.Put(1);
        Assert.Equal(1, queue.Qsize);

        async Task Drain()
        {
            await foreach (int _ in queue.WithCancellation(cancel.Token))
            {
                Assert.Fail("There was no item.");
            }
        }
    }
}
