namespace Braid.Tests;

/// <summary>What only a priority queue does: order by a comparer, and stand its failing.</summary>
public sealed class PriorityOrderTests : TimedTest
{
    [Fact]
    public void Equal_items_come_out_in_the_order_they_were_put()
    {
        var queue = new Queues.PriorityQueue<(int Priority, int Number)>(comparer: Comparer<(int Priority, int Number)>.Create((a, b) => a.Priority.CompareTo(b.Priority)));
        for (int i = 0; i < 200; i++)
        {
            queue.Put((i % 3, i));
        }

        (int Priority, int Number)[] got = queue.GetMany(200);
        Assert.Equal(got.OrderBy(item => item.Priority).ThenBy(item => item.Number), got);
    }

    [Fact]
    public void A_comparer_decides_the_order()
    {
        var queue = new Queues.PriorityQueue<int>(comparer: Comparer<int>.Create((a, b) => b.CompareTo(a)));
        foreach (int item in new[] { 2, 9, 4, 7 })
        {
            queue.Put(item);
        }

        Assert.Equal([9, 7, 4, 2], queue.GetMany(4));
    }

    [Fact]
    public void A_put_whose_comparison_fails_leaves_the_queue_as_it_was()
    {
        Queues.PriorityQueue<int> queue = Comparing(() => true, out Action<bool> fail);
        foreach (int item in new[] { 5, 3, 8, 1 })
        {
            queue.Put(item);
        }

        fail(true);
        Assert.Throws<ArithmeticException>(() => queue.Put(0));
        Assert.Throws<ArithmeticException>(() => queue.PutNowait(4));
        Assert.Equal((4, 4), (queue.Qsize, queue.UnfinishedTasks));
        fail(false);
        Assert.Equal([1, 3, 5, 8], queue.GetMany(9));
    }

    [Fact]
    public void A_get_whose_comparison_fails_at_any_step_leaves_the_queue_as_it_was()
    {
        int budget = int.MaxValue;
        Queues.PriorityQueue<int> queue = Comparing(() => --budget < 0, out Action<bool> fail);
        int[] items = [.. Enumerable.Range(0, 50).Select(i => i * 37 % 50)];
        foreach (int item in items)
        {
            queue.Put(item);
        }

        fail(true);
        int allowed = 0;
        for (budget = 0; !TryGet(queue, out _); budget = ++allowed)
        {
            Assert.Equal((50, 50), (queue.Qsize, queue.UnfinishedTasks));
        }

        Assert.True(allowed > 3, "The comparer failed too seldom to show anything.");
        fail(false);
        Assert.Equal(Enumerable.Range(1, 49), queue.GetMany(50));
    }

    [Fact]
    public void Items_that_cannot_be_compared_are_refused_at_the_put_and_not_inserted()
    {
        var queue = new Queues.PriorityQueue<object>();
        queue.Put(1);
        Assert.ThrowsAny<Exception>(() => queue.Put("one"));
        Assert.Equal((1, 1), (queue.Qsize, queue.UnfinishedTasks));
        Assert.Equal(1, queue.Get());
    }

    [Fact]
    public async Task An_awaiting_put_whose_comparison_fails_gets_the_exception_and_not_who_made_the_room()
    {
        Queues.PriorityQueue<int> queue = Comparing(() => true, out Action<bool> fail);
        queue.Put(1);
        queue.Put(2);
        queue.Maxsize = 2;
        Task put = queue.PutAsync(3).AsTask();
        Task other = queue.PutAsync(4).AsTask();
        queue.Maxsize = 1;
        Assert.Equal(2, queue.PutterCount);
        fail(true);
        queue.Maxsize = 3;
        await Assert.ThrowsAsync<ArithmeticException>(() => put);
        await Assert.ThrowsAsync<ArithmeticException>(() => other);
        Assert.Equal((2, 2, 0), (queue.Qsize, queue.UnfinishedTasks, queue.PutterCount));
    }

    private static bool TryGet(Queues.PriorityQueue<int> queue, out int item)
    {
        try
        {
            return queue.TryGet(out item);
        }
        catch (ArithmeticException)
        {
            item = -1;
            return false;
        }
    }

    /// <summary>A queue whose comparer, once told to fail, fails each time the condition holds.</summary>
    private static Queues.PriorityQueue<int> Comparing(Func<bool> condition, out Action<bool> fail)
    {
        bool fails = false;
        fail = value => fails = value;
        return new Queues.PriorityQueue<int>(comparer: Comparer<int>.Create((a, b) => fails && condition() ? throw new ArithmeticException() : a.CompareTo(b)));
    }
}
