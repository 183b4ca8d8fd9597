namespace Braid.Verification.Lessons;

/// <summary>What samples/lessons/queue_hang.cs teaches: workers that take one item each, and a join that waits for all of them.</summary>
internal static class QueueHang
{
    public static void Buggy() => Run(Take);

    public static void Fixed() => Run(static queue =>
    {
        while (true)
        {
            Take(queue);
        }
    });

    private static void Run(Action<Queues.Queue<int>> worker)
    {
        var queue = new Queues.Queue<int>();
        for (int item = 0; item < 3; item++)
        {
            queue.Put(item);
        }

        for (int i = 0; i < 2; i++)
        {
            new Threading.Thread(() => worker(queue), daemon: true).Start();
        }

        queue.Join();
        Claim.That(queue.UnfinishedTasks == 0, "all items are done");
    }

    private static void Take(Queues.Queue<int> queue)
    {
        int item = queue.Get();
        _ = item * item;
        queue.TaskDone();
    }
}
