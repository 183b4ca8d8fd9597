namespace Braid.Tests;

/// <summary>Whatever is done to a queue in whatever order, it does what a list would.</summary>
public sealed class QueueProperties : TimedTest
{
    [Fact]
    public void A_queue_does_what_a_list_with_waiters_would() =>
        Properties.Hold<QueueOperation>(steps => Run(steps, new Queues.Queue<int>(), _ => 0));

    [Fact]
    public void A_lifo_queue_does_what_a_stack_with_waiters_would() =>
        Properties.Hold<QueueOperation>(steps => Run(steps, new Queues.LifoQueue<int>(), items => items.Count - 1));

    [Fact]
    public void A_priority_queue_does_what_a_sorted_list_with_waiters_would() =>
        Properties.Hold<QueueOperation>(steps => Run(steps, new Queues.PriorityQueue<int>(), items => items.IndexOf(items.Min())));

    private static void Run(IReadOnlyList<Step<QueueOperation>> steps, Queues.Queue<int> queue, Func<List<int>, int> next)
    {
        var model = new QueueModel(queue, next);
        foreach (Step<QueueOperation> step in steps)
        {
            model.Do(step);
        }
    }
}
