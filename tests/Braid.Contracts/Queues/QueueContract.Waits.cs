namespace Braid.Contracts;

public abstract partial class QueueContract
{
    [Fact]
    public async Task A_get_that_times_out_takes_nothing()
    {
        IntQueue queue = NewQueue();
        await using Actor one = NewActor();
        Assert.False((await one.TryGet(queue, TimeSpan.Zero)).Success);
        Assert.False((await one.TryGet(queue, Brief)).Success);
        Assert.Equal(0, queue.GetterCount);
        queue.Put(5);
        Assert.Equal(1, queue.Qsize);
        Assert.Equal((true, 5), await one.TryGet(queue, Brief));
    }

    [Fact]
    public async Task A_put_that_times_out_inserts_nothing()
    {
        IntQueue queue = NewQueue(1);
        await using Actor one = NewActor();
        Assert.True(await one.TryPut(queue, 1, Brief));
        Assert.False(await one.TryPut(queue, 2, TimeSpan.Zero));
        Assert.False(await one.TryPut(queue, 3, Brief));
        Assert.Equal((0, 1), (queue.PutterCount, queue.UnfinishedTasks));
        Assert.Equal(1, queue.Get());
        Assert.True(queue.Empty);
        Assert.True(await one.TryPut(queue, 4, Brief));
    }

    [Fact]
    public async Task A_cancelled_get_loses_no_item_and_the_next_getter_has_it()
    {
        IntQueue queue = NewQueue();
        await using Actor first = NewActor();
        await using Actor second = NewActor();
        using var cancel = new CancellationTokenSource();
        Task cancelled = first.Get(queue, cancel.Token);
        Eventually.Holds(() => queue.GetterCount == 1);
        Task<int> waiting = second.Get(queue);
        Eventually.Holds(() => queue.GetterCount == 2);
        cancel.Cancel();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.Equal(1, queue.GetterCount);
        queue.Put(1);
        Assert.Equal(1, await waiting);
    }

    [Fact]
    public async Task A_cancelled_put_inserts_nothing_and_the_next_putter_gets_the_room()
    {
        IntQueue queue = NewQueue(1);
        await using Actor first = NewActor();
        await using Actor second = NewActor();
        using var cancel = new CancellationTokenSource();
        queue.Put(1);
        Task cancelled = first.Put(queue, 2, cancel.Token);
        Eventually.Holds(() => queue.PutterCount == 1);
        Task waiting = second.Put(queue, 3);
        Eventually.Holds(() => queue.PutterCount == 2);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal((1, 1), (queue.PutterCount, queue.UnfinishedTasks));
        Assert.Equal(1, queue.Get());
        await waiting;
        Assert.Equal(3, queue.Get());
        Assert.Equal((0, 2), (queue.Qsize, queue.UnfinishedTasks));
    }

    [Fact]
    public async Task A_token_cancelled_before_the_call_ends_it_even_if_it_need_not_wait()
    {
        IntQueue queue = NewQueue();
        await using Actor one = NewActor();
        queue.Put(1);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.Get(queue, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.TryGet(queue, Ample, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.Put(queue, 2, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.TryPut(queue, 2, Ample, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.Join(queue, cancelled));
        Assert.Equal((1, 1), (queue.Qsize, queue.UnfinishedTasks));
    }

    [Fact]
    public async Task A_get_cancelled_just_as_an_item_comes_has_the_item_or_leaves_it()
    {
        IntQueue queue = NewQueue();
        await using Actor getter = NewActor();
        await using var canceller = new BlockingActor();
        for (int i = 0; i < 300; i++)
        {
            using var cancel = new CancellationTokenSource();
            Task<int> get = getter.Get(queue, cancel.Token);
            Task cancelling = canceller.Do(cancel.Cancel);
            queue.Put(i);
            await cancelling;
            int item = await Outcome(get) ? await get : queue.GetNowait();
            Assert.Equal((i, 0, 0), (item, queue.Qsize, queue.GetterCount));
        }
    }

    [Fact]
    public async Task A_put_cancelled_just_as_room_is_made_is_in_or_out()
    {
        IntQueue queue = NewQueue(1);
        await using Actor putter = NewActor();
        await using var canceller = new BlockingActor();
        for (int i = 0; i < 300; i++)
        {
            queue.Put(-1);
            using var cancel = new CancellationTokenSource();
            Task put = putter.Put(queue, i, cancel.Token);
            Task cancelling = canceller.Do(cancel.Cancel);
            Assert.Equal(-1, queue.Get());
            await cancelling;
            Assert.Equal(await Outcome(put), queue.TryGet(out int item) && item == i);
            Assert.Equal((0, 0), (queue.Qsize, queue.PutterCount));
        }
    }

    [Fact]
    public async Task GetMany_waits_for_one_item_and_takes_what_is_there()
    {
        IntQueue queue = NewQueue();
        await using Actor one = NewActor();
        Task<int[]> many = one.GetMany(queue, 3);
        Eventually.Holds(() => queue.GetterCount == 1);
        queue.Put(9);
        Assert.Equal(9, Assert.Single(await many));
        foreach (int item in new[] { 3, 1, 4, 2 })
        {
            queue.Put(item);
        }

        int[] three = await one.GetMany(queue, 3);
        int[] rest = await one.GetMany(queue, 3);
        Assert.Equal(Ordered(3, 1, 4, 2), three.Concat(rest));
        Assert.Empty(await one.TryGetMany(queue, 3, TimeSpan.Zero));
        Assert.Empty(await one.TryGetMany(queue, 3, Brief));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => one.GetMany(queue, 0));
        Assert.Equal(5, queue.UnfinishedTasks);
    }

    [Fact]
    public async Task GetMany_makes_room_for_as_many_waiting_putters_as_it_takes_items()
    {
        IntQueue queue = NewQueue(3);
        Actor[] putters = [.. Enumerable.Range(0, 4).Select(_ => NewActor())];
        queue.Put(0);
        queue.Put(0);
        queue.Put(0);
        Task[] puts = [.. putters.Select((putter, i) => putter.Put(queue, i + 1))];
        Eventually.Holds(() => queue.PutterCount == 4);
        Assert.NotEmpty(queue.GetMany(2));
        Eventually.Holds(() => queue.PutterCount <= 2 && queue.Qsize == 3);
        while (!Task.WhenAll(puts).IsCompleted)
        {
            queue.TryGetMany(3);
        }

        await Task.WhenAll(puts);
        await DisposeAll(putters);
    }

    /// <summary>Whether it ended well; false when it was cancelled.</summary>
    private static async Task<bool> Outcome(Task task)
    {
        try
        {
            await task;
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
