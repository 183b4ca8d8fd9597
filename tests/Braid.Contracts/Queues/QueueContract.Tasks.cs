namespace Braid.Contracts;

public abstract partial class QueueContract
{
    [Fact]
    public void TaskDone_once_more_than_items_were_put_fails()
    {
        IntQueue queue = NewQueue();
        Assert.Throws<InvalidOperationException>(queue.TaskDone);
        queue.Put(1);
        queue.TaskDone();
        Assert.Throws<InvalidOperationException>(queue.TaskDone);
        Assert.Equal(0, queue.UnfinishedTasks);
    }

    [Fact]
    public async Task Join_returns_at_once_when_nothing_is_unfinished()
    {
        IntQueue queue = NewQueue();
        await using Actor joiner = NewActor();
        await joiner.Join(queue);
        Assert.True(await joiner.TryJoin(queue, TimeSpan.Zero));
    }

    [Fact]
    public async Task Join_waits_until_every_item_was_got_and_declared_done()
    {
        IntQueue queue = NewQueue();
        await using Actor first = NewActor();
        await using Actor second = NewActor();
        queue.Put(1);
        queue.Put(2);
        Task[] joins = [first.Join(queue), second.Join(queue)];
        Eventually.Holds(() => queue.JoinerCount == 2);
        queue.Get();
        queue.Get();
        queue.TaskDone();
        Assert.Equal((2, 1), (queue.JoinerCount, queue.UnfinishedTasks));
        queue.TaskDone();
        await Task.WhenAll(joins);
        Assert.Equal(0, queue.JoinerCount);
    }

    [Fact]
    public async Task A_queue_can_be_joined_twice_and_all_work_is_seen_each_time()
    {
        IntQueue queue = NewQueue();
        Tally sum = NewTally();
        Actor[] workers = [NewActor(), NewActor()];
        Task[] work = [.. workers.Select(worker => Consume(worker, queue, item => sum.Add(0, item)))];
        await using Actor joiner = NewActor();
        for (int round = 1; round <= 2; round++)
        {
            for (int i = 0; i < 100; i++)
            {
                queue.Put(i);
            }

            await joiner.Join(queue);
            Assert.Equal(round * 4950, sum.First);
        }

        queue.Shutdown();
        await Task.WhenAll(work);
        await DisposeAll(workers);
    }

    [Fact]
    public async Task A_join_that_is_cancelled_or_times_out_leaves_the_count_and_the_other_joiners()
    {
        IntQueue queue = NewQueue();
        await using Actor first = NewActor();
        await using Actor second = NewActor();
        using var cancel = new CancellationTokenSource();
        queue.Put(1);
        Assert.False(await first.TryJoin(queue, Brief));
        Task cancelled = first.Join(queue, cancel.Token);
        Task joined = second.Join(queue);
        Eventually.Holds(() => queue.JoinerCount == 2);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal((1, 1), (queue.JoinerCount, queue.UnfinishedTasks));
        queue.TaskDone();
        await joined;
    }

    [Fact]
    public async Task Its_text_says_how_full_it_is_and_who_waits()
    {
        IntQueue queue = NewQueue(2);
        await using Actor one = NewActor();
        queue.Put(1);
        Assert.EndsWith("Queue, size=1/2", queue.ToString(), StringComparison.Ordinal);
        Task joining = one.Join(queue);
        Eventually.Holds(() => queue.JoinerCount == 1);
        Assert.EndsWith("Queue, size=1/2, joiners=1, unfinished=1", queue.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, queue.Get());
        queue.TaskDone();
        await joining;
        queue.Shutdown();
        Assert.EndsWith("Queue, size=0/2, shut down", queue.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Gets items and declares each done, until the queue is shut down.</summary>
    private static Task Consume(Actor actor, IntQueue queue, Action<int> use) => actor.Do(
        () =>
        {
            foreach (int item in queue.GetConsumingEnumerable())
            {
                use(item);
                queue.TaskDone();
            }
        },
        async () =>
        {
            await Task.Yield();
            await foreach (int item in queue)
            {
                use(item);
                queue.TaskDone();
            }
        });
}
