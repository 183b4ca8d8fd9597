using System.Collections.Concurrent;

namespace Braid.Checking.Tests.Hooks;

public class ConcurrentCollectionTests
{
    [Fact]
    public void The_taker_of_an_item_sees_what_its_producer_wrote() => Explored.Holds(() =>
    {
        var queue = new ConcurrentQueue<int[]>();
        var producer = new Thread(() =>
        {
            int[] item = [0];
            item[0] = 5;
            queue.Enqueue(item);
        });
        producer.Start();
        int[]? got;
        while (!queue.TryDequeue(out got))
        {
        }

        Assert.Equal(5, got[0]);
        Assert.True(queue.IsEmpty);
        producer.Join();
    });

    [Fact]
    public void Other_threads_run_between_two_calls_of_a_concurrent_queue() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        var queue = new ConcurrentQueue<int>([1]);
        void Take()
        {
            if (queue.Count > 0)
            {
                Assert.True(queue.TryDequeue(out _));
            }
        }

        var other = new Thread(() =>
        {
            if (!queue.IsEmpty)
            {
                queue.TryDequeue(out _);
            }
        });
        other.Start();
        Take();
        other.Join();
    });

    [Fact]
    public void GetOrAdd_can_run_its_factory_twice_and_keeps_one_value()
    {
        Explored.Holds(() =>
        {
            var map = new ConcurrentDictionary<string, object>();
            object? theirs = null;
            var other = new Thread(() => theirs = map.GetOrAdd("key", _ => new object()));
            other.Start();
            object mine = map.GetOrAdd("key", _ => new object());
            other.Join();
            Assert.Same(mine, theirs);
        });
        Explored.Fails(Verdict.AssertionFailed, () =>
        {
            int made = 0;
            var map = new ConcurrentDictionary<string, int>();
            var other = new Thread(() => map.GetOrAdd("key", _ => Interlocked.Increment(ref made)));
            other.Start();
            map.GetOrAdd("key", _ => Interlocked.Increment(ref made));
            other.Join();
            Assert.Equal(1, Volatile.Read(ref made));
        });
    }

    [Fact]
    public void A_bag_and_a_stack_keep_everything() => Explored.Holds(() =>
    {
        var bag = new ConcurrentBag<int>();
        var stack = new ConcurrentStack<int>();
        void Add(int from)
        {
            bag.Add(from);
            stack.Push(from);
            bag.Add(from + 1);
        }

        var other = new Thread(() => Add(10));
        other.Start();
        Add(20);
        other.Join();
        Assert.Equal([10, 11, 20, 21], bag.Order());
        Assert.Equal([10, 20], stack.Order());
        Assert.True(bag.TryTake(out _));
        Assert.True(stack.TryPop(out _));
    });

    [Fact]
    public void A_blocking_collection_hands_over_in_order_and_ends() => Explored.Holds(() =>
    {
        using var items = new BlockingCollection<int>(boundedCapacity: 1);
        var producer = new Thread(() =>
        {
            items.Add(1);
            items.Add(2);
            items.CompleteAdding();
        });
        producer.Start();
        Assert.Equal([1, 2], items.GetConsumingEnumerable());
        producer.Join();
    });

    [Fact]
    public void A_blocking_collection_keeps_time_limits_and_tokens_in_virtual_time() => Explored.Holds(() =>
    {
        using var items = new BlockingCollection<int>();
        DateTime begun = DateTime.UtcNow;
        Assert.False(items.TryTake(out _, TimeSpan.FromMinutes(1)));
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        Assert.Throws<OperationCanceledException>(() => items.Take(limit.Token));
        Assert.Equal(3, (DateTime.UtcNow - begun).TotalMinutes, 2);
    });
}
