namespace Braid.Contracts;

/// <summary>A queue whose overrides throw loses nothing and counts nothing. After CPython's <c>FailingQueueTest</c>.</summary>
public abstract class FailingQueueContract(Func<Actor> newActor) : TimedTest
{
    [Fact]
    public async Task A_put_that_fails_leaves_the_queue_as_it_was()
    {
        var queue = new FailingQueue(2);
        await using Actor one = newActor();
        await one.Put(queue, 1);
        queue.PutFails = true;
        await Assert.ThrowsAsync<StoreException>(() => one.Put(queue, 2));
        await Assert.ThrowsAsync<StoreException>(() => one.TryPut(queue, 2, Ample));
        Assert.Throws<StoreException>(() => queue.PutNowait(2));
        Assert.Equal((1, 1), (queue.Qsize, queue.UnfinishedTasks));
        queue.PutFails = false;
        await one.Put(queue, 3);
        Assert.True(queue.Full);
        Assert.Equal(1, await one.Get(queue));
        Assert.Equal(3, await one.Get(queue));
        Assert.Equal(2, queue.UnfinishedTasks);
    }

    [Fact]
    public async Task A_get_that_fails_leaves_the_item()
    {
        var queue = new FailingQueue(1);
        await using Actor one = newActor();
        await one.Put(queue, 1);
        queue.GetFails = true;
        await Assert.ThrowsAsync<StoreException>(() => one.Get(queue));
        await Assert.ThrowsAsync<StoreException>(() => one.TryGet(queue, Ample));
        await Assert.ThrowsAsync<StoreException>(() => one.GetMany(queue, 2));
        Assert.Throws<StoreException>(() => queue.GetNowait());
        Assert.True(queue.Full);
        queue.GetFails = false;
        Assert.Equal(1, await one.Get(queue));
        Assert.Equal((0, 1), (queue.Qsize, queue.UnfinishedTasks));
    }

    [Fact]
    public async Task A_waiting_put_that_fails_when_there_is_room_fails_alone()
    {
        var queue = new FailingQueue(1);
        await using Actor first = newActor();
        await using Actor second = newActor();
        queue.Put(1);
        Task failing = first.Put(queue, FailingQueue.Poison);
        Eventually.Holds(() => queue.PutterCount == 1);
        Task waiting = second.Put(queue, 3);
        Eventually.Holds(() => queue.PutterCount == 2);
        Assert.Equal(1, queue.Get());
        await Assert.ThrowsAsync<StoreException>(() => failing);
        await waiting;
        Assert.Equal((1, 2, 0), (queue.Qsize, queue.UnfinishedTasks, queue.PutterCount));
        Assert.Equal(3, queue.Get());
    }

    [Fact]
    public async Task A_waiting_get_that_fails_leaves_the_item_for_others()
    {
        var queue = new FailingQueue(0);
        await using Actor getter = newActor();
        Task<int> get = getter.Get(queue);
        Eventually.Holds(() => queue.GetterCount == 1);
        queue.GetFails = true;
        queue.Put(1);
        await Assert.ThrowsAsync<StoreException>(() => get);
        Assert.Equal((1, 1, 0), (queue.Qsize, queue.UnfinishedTasks, queue.GetterCount));
        queue.GetFails = false;
        Assert.Equal(1, await getter.Get(queue));
    }

    [Fact]
    public async Task GetMany_gives_what_it_took_before_the_store_failed()
    {
        var queue = new FailingQueue(0);
        await using Actor one = newActor();
        queue.Put(1);
        queue.Put(2);
        queue.GetFailsAfter = 1;
        Assert.Equal(1, Assert.Single(await one.GetMany(queue, 2)));
        Assert.Equal(1, queue.Qsize);
        queue.GetFailsAfter = null;
        Assert.Equal(2, await one.Get(queue));
    }

    [Fact]
    public async Task An_immediate_shutdown_that_fails_to_drop_items_still_releases_who_waits()
    {
        var queue = new FailingQueue(1);
        await using Actor putter = newActor();
        queue.Put(1);
        Task put = putter.Put(queue, 2);
        Eventually.Holds(() => queue.PutterCount == 1);
        queue.GetFails = true;
        Assert.Throws<StoreException>(() => queue.Shutdown(immediate: true));
        await Assert.ThrowsAsync<Queues.QueueShutDownException>(() => put);
        Assert.Equal((1, 1), (queue.Qsize, queue.UnfinishedTasks));
        queue.GetFails = false;
        queue.Shutdown(immediate: true);
        Assert.Equal((0, 0), (queue.Qsize, queue.UnfinishedTasks));
    }
}
