using Braid.Queues;

namespace Braid.Contracts;

public abstract partial class QueueContract
{
    [Fact]
    public async Task Of_several_queues_the_one_that_has_an_item_gives_it()
    {
        IntQueue[] queues = [NewQueue(), NewQueue(), NewQueue()];
        await using Actor one = NewActor();
        for (int which = 0; which < queues.Length; which++)
        {
            await one.Put(queues[which], 7 + which);
            Assert.Equal((which, 7 + which), await one.GetAny(queues[0], queues[1..]));
            await one.Put(queues[which], 70 + which);
            Assert.Equal((true, (which, 70 + which)), await one.TryGetAny(queues[0], queues[1..], Ample));
        }

        Assert.All(queues, queue => Assert.True(queue.Empty));
    }

    [Fact]
    public async Task Who_waits_for_any_of_several_queues_gets_one_item_and_leaves_the_others()
    {
        IntQueue[] queues = [NewQueue(), NewQueue(), NewQueue()];
        await using Actor waiting = NewActor();
        for (int which = 0; which < queues.Length; which++)
        {
            Task<(int, int)> get = waiting.GetAny(queues[0], queues[1..]);
            Eventually.Holds(() => queues.All(queue => queue.GetterCount == 1));
            queues[which].Put(which, Cancellation);
            Assert.Equal((which, which), await get);
            Eventually.Holds(() => queues.All(queue => queue.GetterCount == 0));
            queues[(which + 1) % queues.Length].Put(9, Cancellation);
            Assert.Equal(9, queues[(which + 1) % queues.Length].Get(Cancellation));
        }
    }

    [Fact]
    public async Task Of_two_items_put_at_once_who_waits_for_any_gets_one()
    {
        IntQueue[] queues = [NewQueue(), NewQueue()];
        await using Actor waiting = NewActor();
        await using Actor first = NewActor();
        await using Actor second = NewActor();
        for (int round = 0; round < 50; round++)
        {
            Task<(int Queue, int Item)> get = waiting.GetAny(queues[0], queues[1..]);
            await Task.WhenAll(first.Put(queues[0], 10), second.Put(queues[1], 11));
            (int which, int item) = await get;
            Assert.Equal(10 + which, item);
            Assert.True(queues[which].Empty);
            Assert.Equal(11 - which, queues[1 - which].GetNowait());
        }
    }

    [Fact]
    public async Task A_queue_that_always_has_items_does_not_keep_the_others_from_being_got_from()
    {
        IntQueue busy = NewQueue();
        IntQueue other = NewQueue();
        await using Actor one = NewActor();
        other.Put(-1, Cancellation);
        bool isGot = false;
        for (int i = 0; i < 4 && !isGot; i++)
        {
            busy.Put(i, Cancellation);
            busy.Put(i, Cancellation);
            isGot = await one.GetAny(busy, [other]) is (1, -1);
        }

        Assert.True(isGot);
    }

    [Fact]
    public async Task A_wait_for_any_of_several_queues_that_ends_without_an_item_leaves_nothing_behind()
    {
        IntQueue[] queues = [NewQueue(), NewQueue()];
        await using Actor one = NewActor();
        Assert.False((await one.TryGetAny(queues[0], queues[1..], TimeSpan.Zero)).Success);
        Assert.False((await one.TryGetAny(queues[0], queues[1..], Brief)).Success);
        using var source = new CancellationTokenSource();
        Task<(int, int)> cancelled = one.GetAny(queues[0], queues[1..], source.Token);
        Eventually.Holds(() => queues.All(queue => queue.GetterCount == 1));
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.GetAny(queues[0], queues[1..], source.Token));
        Eventually.Holds(() => queues.All(queue => queue.GetterCount == 0));
        foreach (IntQueue queue in queues)
        {
            queue.Put(5, Cancellation);
            Assert.Equal(1, queue.Qsize);
        }
    }

    [Fact]
    public async Task A_wait_for_any_of_several_queues_ends_when_the_last_of_them_is_shut_down()
    {
        IntQueue[] queues = [NewQueue(), NewQueue()];
        await using Actor one = NewActor();
        Task<(int, int)> get = one.GetAny(queues[0], queues[1..]);
        Eventually.Holds(() => queues.All(queue => queue.GetterCount == 1));
        queues[0].Shutdown();
        queues[1].Put(3, Cancellation);
        Assert.Equal((1, 3), await get);
        queues[1].Put(4, Cancellation);
        Assert.Equal((1, 4), await one.GetAny(queues[0], queues[1..]));
        Task<(bool, (int, int))> last = one.TryGetAny(queues[0], queues[1..], Timeout.InfiniteTimeSpan);
        Eventually.Holds(() => queues[1].GetterCount == 1);
        queues[1].Shutdown();
        await Assert.ThrowsAsync<QueueShutDownException>(() => last);
        await Assert.ThrowsAsync<QueueShutDownException>(() => one.GetAny(queues[0], queues[1..]));
        await Assert.ThrowsAsync<QueueShutDownException>(() => one.TryGetAny(queues[0], queues[1..], TimeSpan.Zero));
    }

    [Fact]
    public async Task A_crowd_that_gets_from_any_of_several_queues_and_gives_up_now_and_then_gets_every_item_once()
    {
        const int Items = 300;
        IntQueue[] queues = [NewQueue(), NewQueue(2), NewQueue(1)];
        Tally got = NewTally(3 * Items);
        Actor[] actors = [.. Enumerable.Range(0, 7).Select(_ => NewActor())];
        Task[] writers = [.. queues.Select((queue, which) => PutAll(actors[which], queue, which * Items))];
        Task[] readers = [.. actors[3..6].Select(actor => GetAll(actor, actor == actors[5] ? TimeSpan.FromMicroseconds(300) : Timeout.InfiniteTimeSpan)), GetPlainly(actors[6])];
        await Task.WhenAll(writers);
        Array.ForEach(queues, queue => queue.Shutdown());
        await Task.WhenAll(readers);
        Assert.All(Enumerable.Range(0, 3 * Items), place => Assert.Equal(1, got[place]));
        await DisposeAll(actors);

        static async Task PutAll(Actor actor, IntQueue queue, int from)
        {
            for (int i = 0; i < Items; i++)
            {
                await actor.Put(queue, from + i);
            }
        }

        async Task GetAll(Actor actor, TimeSpan patience)
        {
            try
            {
                while (true)
                {
                    (bool success, (int which, int item)) = await actor.TryGetAny(queues[0], queues[1..], patience);
                    if (success)
                    {
                        Assert.Equal(which, item / Items);
                        got.Add(item, 1);
                    }
                }
            }
            catch (QueueShutDownException)
            {
            }
        }

        async Task GetPlainly(Actor actor)
        {
            try
            {
                while (true)
                {
                    got.Add(await actor.Get(queues[2]), 1);
                }
            }
            catch (QueueShutDownException)
            {
            }
        }
    }

    [Fact]
    public void What_is_given_to_wait_for_any_of_is_checked_at_the_call()
    {
        IntQueue queue = NewQueue();
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.TryGetAny([], out _, TimeSpan.FromSeconds(-2)));
    }

    [Fact]
    public async Task Peeking_shows_the_next_item_and_leaves_it()
    {
        IntQueue queue = NewQueue();
        await using Actor one = NewActor();
        Assert.False(queue.TryPeek(out _));
        Assert.Throws<QueueEmptyException>(() => queue.Peek());
        foreach (int item in new[] { 2, 3, 1 })
        {
            await one.Put(queue, item);
        }

        foreach (int next in Ordered(2, 3, 1))
        {
            Assert.Equal(next, queue.Peek());
            Assert.True(queue.TryPeek(out int again));
            Assert.Equal(next, again);
            Assert.Equal(next, await one.Get(queue));
        }

        queue.Shutdown();
        Assert.False(queue.TryPeek(out _));
    }
}
