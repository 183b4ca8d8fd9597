namespace Braid.Contracts;

/// <summary>What a simple queue does, whoever waits for it. After CPython's <c>BaseSimpleQueueTest</c>.</summary>
public abstract class SimpleQueueContract(World world, Func<Actor> newActor) : TimedTest
{
    private const int Items = 10_000;

    /// <summary>How many feed, and how many consume.</summary>
    protected virtual int Crowd => 20;

    protected AnySimpleQueue NewQueue() => world.NewSimpleQueue();

    /// <summary>Makes a counter that the test's actors share.</summary>
    protected virtual Tally NewTally() => new LocalTally(1);

    [Fact]
    public async Task Items_come_out_in_the_order_they_were_put()
    {
        AnySimpleQueue queue = NewQueue();
        await using Actor one = newActor();
        Assert.True(queue is { Empty: true, Qsize: 0 });
        queue.Put(1);
        queue.PutNowait(2);
        queue.Put(3);
        queue.Put(4);
        Assert.True(queue is { Empty: false, Qsize: 4 });
        Assert.Equal(1, await Get(one, queue));
        Assert.Equal(2, queue.GetNowait());
        Assert.Equal((true, 3), await TryGet(one, queue, TimeSpan.Zero));
        Assert.Equal((true, 4), await TryGet(one, queue, Ample));
        Assert.False((await TryGet(one, queue, TimeSpan.Zero)).Success);
        Assert.False((await TryGet(one, queue, Brief)).Success);
        Assert.Throws<Queues.QueueEmptyException>(() => queue.GetNowait());
        Assert.True(queue.Empty);
    }

    [Fact]
    public void Negative_timeouts_are_refused_also_when_an_item_is_there()
    {
        AnySimpleQueue queue = NewQueue();
        queue.Put(1);
        var negative = TimeSpan.FromSeconds(-1);
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => queue.TryGet(out _, negative));
        Assert.Throws<ArgumentOutOfRangeException>("timeout", () => (object)queue.TryGetAsync(negative).AsTask());
        Assert.Equal(1, queue.Qsize);
    }

    [Fact]
    public async Task A_get_waits_for_a_put_and_a_cancelled_one_takes_nothing()
    {
        AnySimpleQueue queue = NewQueue();
        await using Actor first = newActor();
        await using Actor second = newActor();
        using var cancel = new CancellationTokenSource();
        Task cancelled = Get(first, queue, cancel.Token);
        Eventually.Holds(() => queue.GetterCount == 1);
        Task<int> waiting = Get(second, queue);
        Eventually.Holds(() => queue.GetterCount == 2);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        queue.Put(1);
        Assert.Equal(1, await waiting);
    }

    [Theory]
    [InlineData(Shape.Wait)]
    [InlineData(Shape.Poll)]
    [InlineData(Shape.TimeOut)]
    public async Task A_crowd_gets_every_item_once(Shape shape)
    {
        AnySimpleQueue queue = NewQueue();
        Actor[] actors = [.. Enumerable.Range(0, 2 * Crowd).Select(_ => newActor())];
        Tally taken = NewTally();
        Task[] feeding = [.. actors[..Crowd].Select(actor => actor.Do(() => Feed(queue, taken), async () =>
        {
            await Task.Yield();
            Feed(queue, taken);
        }))];
        Task<List<int>>[] consuming = [.. actors[Crowd..].Select(actor => actor.Do(() => Consume(queue, shape), () => ConsumeAsync(queue, shape)))];
        await Task.WhenAll(feeding);
        for (int i = 0; i < Crowd; i++)
        {
            queue.Put(int.MaxValue);
        }

        List<int>[] got = await Task.WhenAll(consuming);
        Assert.Equal(Enumerable.Range(0, Items), got.SelectMany(items => items).Order());
        Assert.True(queue.Empty);
        foreach (Actor actor in actors)
        {
            await actor.DisposeAsync();
        }
    }

    public enum Shape
    {
        Wait,
        Poll,
        TimeOut,
    }

    private static void Feed(AnySimpleQueue queue, Tally taken)
    {
        for (int item; (item = taken.Count() - 1) < Items;)
        {
            queue.Put(item);
        }
    }

    private static List<int> Consume(AnySimpleQueue queue, Shape shape)
    {
        var got = new List<int>();
        while (true)
        {
            int item = 0;
            if (shape == Shape.Wait)
            {
                item = queue.Get();
            }
            else if (!queue.TryGet(out item, shape == Shape.Poll ? TimeSpan.Zero : Brief))
            {
                System.Threading.Thread.Yield();
                continue;
            }

            if (item == int.MaxValue)
            {
                return got;
            }

            got.Add(item);
        }
    }

    private static async ValueTask<List<int>> ConsumeAsync(AnySimpleQueue queue, Shape shape)
    {
        await Task.Yield();
        var got = new List<int>();
        while (true)
        {
            (bool success, int item) = shape == Shape.Wait ? (true, await queue.GetAsync()) : await queue.TryGetAsync(shape == Shape.Poll ? TimeSpan.Zero : Brief);
            if (!success)
            {
                await Task.Yield();
            }
            else if (item == int.MaxValue)
            {
                return got;
            }
            else
            {
                got.Add(item);
            }
        }
    }

    private static Task<int> Get(Actor actor, AnySimpleQueue queue, CancellationToken token = default) =>
        actor.Do(token => queue.Get(token), token => queue.GetAsync(token), token);

    private static Task<(bool Success, int Item)> TryGet(Actor actor, AnySimpleQueue queue, TimeSpan timeout) =>
        actor.Do(() => (queue.TryGet(out int item, timeout), item), () => queue.TryGetAsync(timeout));
}
