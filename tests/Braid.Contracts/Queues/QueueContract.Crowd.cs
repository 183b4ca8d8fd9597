namespace Braid.Contracts;

/// <summary>Shutdown among many who put, get and join at once. After <c>test_shutdown_all_methods_in_many_threads</c> and its kin.</summary>
public abstract partial class QueueContract
{
    private const int Messages = 1 << 14;

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 8)]
    [InlineData(true, 8)]
    public async Task A_shutdown_in_a_crowd_loses_and_doubles_nothing(bool immediate, int maxsize)
    {
        AnyQueue queue = NewQueue(maxsize);
        int[] got = new int[Messages];
        int next = -1;
        int gotCount = 0;
        int refused = 0;
        Actor[] actors = [.. Enumerable.Range(0, 12).Select(_ => NewActor())];
        Task[] writers = [.. actors[..4].Select(actor => Produce(actor, queue, () => Interlocked.Increment(ref next), _ => Interlocked.Increment(ref refused)))];
        Task[] readers = [.. actors[4..10].Select(actor => Consume(actor, queue, item =>
        {
            Interlocked.Increment(ref got[item]);
            if (Interlocked.Increment(ref gotCount) == Messages / 2)
            {
                queue.Shutdown(immediate);
            }
        }))];
        await Task.WhenAll([.. writers, .. readers]);
        await Task.WhenAll(actors[10..].Select(actor => actor.Join(queue)));
        Assert.DoesNotContain(got, count => count > 1);
        Assert.Equal((0, 0, 0, 0), (queue.Qsize, queue.UnfinishedTasks, queue.GetterCount, queue.PutterCount));
        int accepted = Math.Min(next + 1, Messages) - refused;
        Assert.True(immediate ? gotCount <= accepted : gotCount == accepted, $"{gotCount} of {accepted} items were got.");
        Assert.True(gotCount >= Messages / 2);
        await DisposeAll(actors);
    }

    [Fact]
    public async Task A_crowd_through_a_narrow_queue_moves_every_item_once()
    {
        AnyQueue queue = NewQueue(2);
        int[] got = new int[Messages];
        int next = -1;
        Actor[] actors = [.. Enumerable.Range(0, 8).Select(_ => NewActor())];
        Task[] writers = [.. actors[..4].Select(actor => Produce(actor, queue, () => Interlocked.Increment(ref next), _ => { }))];
        Task[] readers = [.. actors[4..].Select(actor => Consume(actor, queue, item => Interlocked.Increment(ref got[item])))];
        await Task.WhenAll(writers);
        queue.Join();
        queue.Shutdown();
        await Task.WhenAll(readers);
        Assert.All(got, count => Assert.Equal(1, count));
        await DisposeAll(actors);
    }

    /// <summary>Puts numbers up to the number of messages, until the queue is shut down.</summary>
    private static Task Produce(Actor actor, AnyQueue queue, Func<int> next, Action<int> onRefused) => actor.Do(
        () =>
        {
            int item = 0;
            try
            {
                while ((item = next()) < Messages)
                {
                    queue.Put(item);
                }
            }
            catch (Queues.QueueShutDownException)
            {
                onRefused(item);
            }
        },
        async () =>
        {
            await Task.Yield();
            int item = 0;
            try
            {
                while ((item = next()) < Messages)
                {
                    await queue.PutAsync(item);
                }
            }
            catch (Queues.QueueShutDownException)
            {
                onRefused(item);
            }
        });
}
