namespace Braid.Contracts;

public abstract partial class QueueContract
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_the_shutdown_of_an_empty_queue_every_put_and_get_fails(bool immediate)
    {
        IntQueue queue = NewQueue();
        await using Actor one = NewActor();
        queue.Shutdown(immediate);
        Assert.True(queue.IsShutdown);
        await AssertPutsFail(one, queue);
        await AssertGetsFail(one, queue);
        Assert.Equal((0, 0), (queue.Qsize, queue.UnfinishedTasks));
    }

    [Fact]
    public async Task After_a_normal_shutdown_what_is_there_can_be_got_and_then_gets_fail()
    {
        IntQueue queue = NewQueue();
        await using Actor one = NewActor();
        queue.Put(3);
        queue.Put(1);
        queue.Shutdown();
        await AssertPutsFail(one, queue);
        int[] got = [await one.Get(queue), queue.GetNowait()];
        Assert.Equal(Ordered(3, 1), got);
        await AssertGetsFail(one, queue);
        queue.TaskDone();
        queue.TaskDone();
        await one.Join(queue);
        Assert.Throws<InvalidOperationException>(queue.TaskDone);
    }

    [Fact]
    public async Task An_immediate_shutdown_drops_the_items_and_counts_each_as_done()
    {
        IntQueue queue = NewQueue();
        await using Actor one = NewActor();
        await using Actor joiner = NewActor();
        queue.Put(1);
        queue.Put(2);
        queue.Put(3);
        queue.Get();
        Task join = joiner.Join(queue);
        Eventually.Holds(() => queue.JoinerCount == 1);
        queue.Shutdown(immediate: true);
        Assert.Equal((0, 1, 1), (queue.Qsize, queue.UnfinishedTasks, queue.JoinerCount));
        await AssertPutsFail(one, queue);
        await AssertGetsFail(one, queue);
        queue.TaskDone();
        await join;
        Assert.Throws<InvalidOperationException>(queue.TaskDone);
    }

    [Fact]
    public async Task An_immediate_shutdown_never_counts_below_zero()
    {
        IntQueue queue = NewQueue();
        await using Actor one = NewActor();
        queue.Put(1);
        queue.Put(2);
        queue.TaskDone();
        queue.Shutdown(immediate: true);
        Assert.Equal((0, 0), (queue.Qsize, queue.UnfinishedTasks));
        await one.Join(queue);
    }

    [Fact]
    public async Task An_immediate_shutdown_releases_the_joiners_when_all_items_are_dropped()
    {
        IntQueue queue = NewQueue();
        Actor[] joiners = [NewActor(), NewActor()];
        queue.Put(1);
        queue.Put(2);
        Task[] joins = [.. joiners.Select(joiner => joiner.Join(queue))];
        Eventually.Holds(() => queue.JoinerCount == 2);
        queue.Shutdown(immediate: true);
        await Task.WhenAll(joins);
        await DisposeAll(joiners);
    }

    [Fact]
    public async Task A_normal_shutdown_leaves_joiners_waiting_until_the_work_is_done()
    {
        IntQueue queue = NewQueue();
        await using Actor joiner = NewActor();
        queue.Put(1);
        Task join = joiner.Join(queue);
        Eventually.Holds(() => queue.JoinerCount == 1);
        queue.Shutdown();
        Assert.Equal(1, queue.JoinerCount);
        queue.Get();
        Assert.Equal(1, queue.JoinerCount);
        queue.TaskDone();
        await join;
    }

    [Fact]
    public async Task A_shutdown_may_be_repeated_and_made_immediate_but_not_taken_back()
    {
        IntQueue queue = NewQueue();
        await using Actor one = NewActor();
        queue.Put(1);
        queue.Shutdown();
        queue.Shutdown();
        Assert.Equal(1, queue.Qsize);
        queue.Shutdown(immediate: true);
        Assert.Equal(0, queue.Qsize);
        queue.Shutdown();
        Assert.True(queue.IsShutdown);
        await AssertGetsFail(one, queue);
        await AssertPutsFail(one, queue);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_shutdown_releases_all_waiting_getters(bool immediate)
    {
        IntQueue queue = NewQueue();
        Actor[] getters = [.. Enumerable.Range(0, 4).Select(_ => NewActor())];
        Task[] gets = [.. getters.Select(Task (getter, i) => i % 2 == 0 ? getter.Get(queue) : getter.TryGet(queue, Ample))];
        Eventually.Holds(() => queue.GetterCount == 4);
        queue.Shutdown(immediate);
        foreach (Task get in gets)
        {
            await Assert.ThrowsAsync<Queues.QueueShutDownException>(() => get);
        }

        Assert.Equal(0, queue.GetterCount);
        await DisposeAll(getters);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_shutdown_releases_all_waiting_putters_and_their_items_are_not_in(bool immediate)
    {
        IntQueue queue = NewQueue(1);
        queue.Put(0);
        Actor[] putters = [.. Enumerable.Range(0, 4).Select(_ => NewActor())];
        Task[] puts = [.. putters.Select(Task (putter, i) => i % 2 == 0 ? putter.Put(queue, i + 1) : putter.TryPut(queue, i + 1, Ample))];
        Eventually.Holds(() => queue.PutterCount == 4);
        queue.Shutdown(immediate);
        foreach (Task put in puts)
        {
            await Assert.ThrowsAsync<Queues.QueueShutDownException>(() => put);
        }

        int left = immediate ? 0 : 1;
        Assert.Equal((0, left, left), (queue.PutterCount, queue.Qsize, queue.UnfinishedTasks));
        await DisposeAll(putters);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_shutdown_with_a_waiting_putter_and_a_joiner_fails_the_one_and_counts_for_the_other(bool immediate)
    {
        IntQueue queue = NewQueue(2);
        await using Actor putter = NewActor();
        await using Actor joiner = NewActor();
        queue.Put(1);
        queue.Put(2);
        Task put = putter.Put(queue, 3);
        Task join = joiner.Join(queue);
        Eventually.Holds(() => queue.PutterCount == 1 && queue.JoinerCount == 1);
        queue.Shutdown(immediate);
        await Assert.ThrowsAsync<Queues.QueueShutDownException>(() => put);
        for (int left = immediate ? 0 : 2; left > 0; left--)
        {
            Assert.Equal(1, queue.JoinerCount);
            queue.Get();
            queue.TaskDone();
        }

        await join;
    }

    private static async Task AssertPutsFail(Actor actor, IntQueue queue)
    {
        await Assert.ThrowsAsync<Queues.QueueShutDownException>(() => actor.Put(queue, 9));
        await Assert.ThrowsAsync<Queues.QueueShutDownException>(() => actor.TryPut(queue, 9, Ample));
        Assert.Throws<Queues.QueueShutDownException>(() => queue.PutNowait(9));
    }

    private static async Task AssertGetsFail(Actor actor, IntQueue queue)
    {
        await Assert.ThrowsAsync<Queues.QueueShutDownException>(() => actor.Get(queue));
        await Assert.ThrowsAsync<Queues.QueueShutDownException>(() => actor.TryGet(queue, Ample));
        await Assert.ThrowsAsync<Queues.QueueShutDownException>(() => actor.GetMany(queue, 2));
        Assert.Throws<Queues.QueueShutDownException>(() => queue.GetNowait());
    }
}
