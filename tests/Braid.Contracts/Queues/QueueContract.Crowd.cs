namespace Braid.Contracts;

/// <summary>Shutdown among many who put, get and join at once. After <c>test_shutdown_all_methods_in_many_threads</c> and its kin.</summary>
public abstract partial class QueueContract
{
    /// <summary>How many items a crowd moves.</summary>
    protected virtual int Messages => 1 << 14;

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 8)]
    [InlineData(true, 8)]
    public async Task A_shutdown_in_a_crowd_loses_and_doubles_nothing(bool immediate, int maxsize)
    {
        int messages = Messages;
        IntQueue queue = NewQueue(maxsize);
        Tally got = NewTally(Messages);
        Tally taken = NewTally();
        Tally gotInAll = NewTally();
        Tally refused = NewTally();
        Actor[] actors = [.. Enumerable.Range(0, 12).Select(_ => NewActor())];
        Task[] writers = [.. actors[..4].Select(actor => Produce(actor, queue, Messages, () => taken.Count() - 1, () => refused.Count()))];
        Task[] readers = [.. actors[4..10].Select(actor => Consume(actor, queue, item =>
        {
            got.Add(item, 1);
            if (gotInAll.Count() == messages / 2)
            {
                queue.Shutdown(immediate);
            }
        }))];
        await Task.WhenAll([.. writers, .. readers]);
        await Task.WhenAll(actors[10..].Select(actor => actor.Join(queue)));
        Assert.DoesNotContain(Numbers(got), count => count > 1);
        Assert.Equal((0, 0, 0, 0), (queue.Qsize, queue.UnfinishedTasks, queue.GetterCount, queue.PutterCount));
        int accepted = Math.Min(taken.First, Messages) - refused.First;
        int gotCount = gotInAll.First;
        Assert.True(immediate ? gotCount <= accepted : gotCount == accepted, $"{gotCount} of {accepted} items were got.");
        Assert.True(gotCount >= Messages / 2);
        await DisposeAll(actors);
    }

    [Fact]
    public async Task A_crowd_through_a_narrow_queue_moves_every_item_once()
    {
        IntQueue queue = NewQueue(2);
        Tally got = NewTally(Messages);
        Tally taken = NewTally();
        Actor[] actors = [.. Enumerable.Range(0, 8).Select(_ => NewActor())];
        Task[] writers = [.. actors[..4].Select(actor => Produce(actor, queue, Messages, () => taken.Count() - 1, () => { }))];
        Task[] readers = [.. actors[4..].Select(actor => Consume(actor, queue, item => got.Add(item, 1)))];
        await Task.WhenAll(writers);
        queue.Join();
        queue.Shutdown();
        await Task.WhenAll(readers);
        Assert.All(Numbers(got), count => Assert.Equal(1, count));
        await DisposeAll(actors);
    }

    private IEnumerable<int> Numbers(Tally got) => Enumerable.Range(0, Messages).Select(place => got[place]);

    /// <summary>Puts numbers below a limit until the queue is shut down.</summary>
    private static Task Produce(Actor actor, IntQueue queue, int limit, Func<int> next, Action onRefused) => actor.Do(
        () =>
        {
            try
            {
                for (int item; (item = next()) < limit;)
                {
                    queue.Put(item);
                }
            }
            catch (Queues.QueueShutDownException)
            {
                onRefused();
            }
        },
        async () =>
        {
            await Task.Yield();
            try
            {
                for (int item; (item = next()) < limit;)
                {
                    await queue.PutAsync(item);
                }
            }
            catch (Queues.QueueShutDownException)
            {
                onRefused();
            }
        });
}
