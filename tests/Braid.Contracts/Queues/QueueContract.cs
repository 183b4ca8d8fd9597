namespace Braid.Contracts;

/// <summary>What every queue does, whoever waits for it. After CPython's <c>test_queue.BaseQueueTestMixin</c> and asyncio's <c>test_queues</c>.</summary>
public abstract partial class QueueContract(Func<int, IntQueue> newQueue, Func<Actor> newActor) : TimedTest
{
    protected IntQueue NewQueue(int maxsize = 0) => newQueue(maxsize);

    /// <summary>The order in which items come out that were put in this one.</summary>
    protected virtual int[] Ordered(params int[] items) => items;

    protected Actor NewActor() => newActor();

    /// <summary>Makes counters that the test's actors share.</summary>
    protected virtual Tally NewTally(int places = 1) => new LocalTally(places);

    [Fact]
    public async Task Items_come_out_in_the_order_of_the_queue_also_the_second_time()
    {
        IntQueue queue = NewQueue();
        await using Actor one = NewActor();
        for (int round = 0; round < 2; round++)
        {
            foreach (int item in new[] { 111, 333, 222 })
            {
                await one.Put(queue, item);
            }

            Assert.Equal(3, queue.Qsize);
            int[] got = [await one.Get(queue), await one.Get(queue), await one.Get(queue)];
            Assert.Equal(Ordered(111, 333, 222), got);
            Assert.True(queue.Empty);
        }
    }

    [Fact]
    public async Task Empty_Full_and_Qsize_say_how_it_stands()
    {
        IntQueue queue = NewQueue(2);
        await using Actor one = NewActor();
        Assert.True(queue is { Empty: true, Full: false, Qsize: 0, Maxsize: 2 });
        await one.Put(queue, 1);
        Assert.True(queue is { Empty: false, Full: false, Qsize: 1 });
        await one.Put(queue, 2);
        Assert.True(queue is { Empty: false, Full: true, Qsize: 2 });
        await one.Get(queue);
        Assert.True(queue is { Empty: false, Full: false, Qsize: 1 });
    }

    [Fact]
    public void A_queue_without_limit_is_never_full()
    {
        IntQueue queue = NewQueue();
        for (int i = 0; i < 1000; i++)
        {
            queue.PutNowait(i);
        }

        Assert.False(queue.Full);
        Assert.Equal(1000, queue.Qsize);
    }

    [Fact]
    public async Task A_put_into_a_full_queue_waits_until_something_is_got()
    {
        IntQueue queue = NewQueue(1);
        await using Actor putter = NewActor();
        await using Actor getter = NewActor();
        await putter.Put(queue, 1);
        Task put = putter.Put(queue, 2);
        Eventually.Holds(() => queue.PutterCount == 1);
        Assert.False(put.IsCompleted);
        Assert.Equal(1, queue.UnfinishedTasks);
        Assert.Equal(1, await getter.Get(queue));
        await put;
        Assert.Equal(2, await getter.Get(queue));
        Assert.Equal((0, 2), (queue.PutterCount, queue.UnfinishedTasks));
    }

    [Fact]
    public async Task A_get_from_an_empty_queue_waits_until_something_is_put()
    {
        IntQueue queue = NewQueue();
        await using Actor putter = NewActor();
        await using Actor getter = NewActor();
        Task<int> get = getter.Get(queue);
        Eventually.Holds(() => queue.GetterCount == 1);
        Assert.False(get.IsCompleted);
        await putter.Put(queue, 7);
        Assert.Equal(7, await get);
        Assert.Equal((0, 0), (queue.GetterCount, queue.Qsize));
    }

    [Fact]
    public async Task A_full_queue_with_waiting_putters_hands_all_items_to_one_getter()
    {
        IntQueue queue = NewQueue(1);
        await using Actor getter = NewActor();
        Actor[] putters = [.. Enumerable.Range(0, 4).Select(_ => NewActor())];
        queue.Put(0);
        Task[] puts = [.. putters.Select((putter, i) => putter.Put(queue, i + 1))];
        Eventually.Holds(() => queue.PutterCount == 4);
        var got = new HashSet<int>();
        for (int i = 0; i < 5; i++)
        {
            got.Add(await getter.Get(queue));
        }

        await Task.WhenAll(puts);
        Assert.Equal([0, 1, 2, 3, 4], got.Order());
        await DisposeAll(putters);
    }

    [Fact]
    public void Nowait_fails_instead_of_waiting()
    {
        IntQueue queue = NewQueue(2);
        queue.PutNowait(1);
        queue.PutNowait(2);
        Assert.Throws<Queues.QueueFullException>(() => queue.PutNowait(3));
        Assert.Equal((2, 2), (queue.Qsize, queue.UnfinishedTasks));
        queue.GetNowait();
        queue.GetNowait();
        Assert.Throws<Queues.QueueEmptyException>(() => queue.GetNowait());
    }

    [Fact]
    public void Maxsize_below_the_size_only_makes_the_queue_full()
    {
        IntQueue queue = NewQueue(3);
        for (int i = 0; i < 3; i++)
        {
            queue.PutNowait(i);
        }

        queue.GetNowait();
        queue.Maxsize = 1;
        Assert.True(queue is { Full: true, Qsize: 2 });
        queue.GetNowait();
        Assert.Throws<Queues.QueueFullException>(() => queue.PutNowait(4));
        queue.GetNowait();
        queue.PutNowait(5);
        Assert.Equal(5, queue.GetNowait());
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(0, 4)]
    public async Task A_greater_Maxsize_lets_as_many_waiting_putters_in(int maxsize, int letIn)
    {
        IntQueue queue = NewQueue(1);
        queue.Put(0);
        Actor[] putters = [.. Enumerable.Range(0, 4).Select(_ => NewActor())];
        Task[] puts = [.. putters.Select((putter, i) => putter.Put(queue, i + 1))];
        Eventually.Holds(() => queue.PutterCount == 4);
        queue.Maxsize = maxsize;
        Eventually.Holds(() => queue.Qsize == 1 + letIn && queue.PutterCount == 4 - letIn);
        queue.Maxsize = 0;
        await Task.WhenAll(puts);
        Assert.Equal(5, queue.Qsize);
        await DisposeAll(putters);
    }

    [Fact]
    public void Negative_sizes_and_timeouts_are_refused_at_the_call_also_when_there_is_nothing_to_wait_for()
    {
        Assert.Throws<ArgumentOutOfRangeException>("maxsize", () => NewQueue(-1));
        IntQueue queue = NewQueue(5);
        queue.Put(1);
        var negative = TimeSpan.FromSeconds(-1);
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.Maxsize = -1);
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => queue.TryGet(out _, negative));
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => queue.TryPut(2, negative));
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => queue.TryJoin(negative));
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => (object)queue.TryGetAsync(negative).AsTask());
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => (object)queue.TryPutAsync(2, negative).AsTask());
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => (object)queue.TryJoinAsync(negative).AsTask());
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => queue.TryGetMany(1, negative));
        Assert.Equal((1, 5), (queue.Qsize, queue.Maxsize));
    }

    protected static async Task DisposeAll(IEnumerable<Actor> actors)
    {
        foreach (Actor actor in actors)
        {
            await actor.DisposeAsync();
        }
    }
}
