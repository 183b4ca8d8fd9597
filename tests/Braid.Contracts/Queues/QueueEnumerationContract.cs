namespace Braid.Contracts;

/// <summary>Going through the items of a queue until it is shut down.</summary>
public abstract class QueueEnumerationContract(World world) : TimedTest
{
    [Fact]
    public async Task Await_foreach_gives_every_item_and_ends_at_the_shutdown()
    {
        IntQueue queue = world.NewQueue();
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
        IntQueue queue = world.NewQueue();
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
        IntQueue queue = world.NewQueue();
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
