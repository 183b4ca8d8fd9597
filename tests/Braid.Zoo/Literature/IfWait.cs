namespace BugZoo.Literature;

/// <summary>A consumer that was woken does not look whether the item is still there; another one may have come before it.</summary>
internal static class IfWait
{
    public static void Buggy() => Run(static items =>
    {
        lock (items)
        {
            if (items.Count == 0)
            {
                Monitor.Wait(items);
            }

            items.Dequeue();
        }
    });

    public static void Fixed() => Run(static items =>
    {
        lock (items)
        {
            while (items.Count == 0)
            {
                Monitor.Wait(items);
            }

            items.Dequeue();
        }
    });

    private static void Run(Action<Queue<int>> consume)
    {
        var items = new Queue<int>();
        Crew.Run(
            () => consume(items),
            () => consume(items),
            () =>
            {
                Produce(items, 1);
                Produce(items, 2);
            });
        Claim.That(items.Count == 0, "each consumer has taken one item");
    }

    private static void Produce(Queue<int> items, int item)
    {
        lock (items)
        {
            items.Enqueue(item);
            Monitor.Pulse(items);
        }
    }
}
