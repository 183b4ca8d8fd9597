namespace Braid.Stress;

/// <summary>Producers and consumers over a simple queue, which knows no end: each getter in the end gets an item that says so.</summary>
internal sealed class SimpleQueueScenario : Scenario
{
    private const int Consumers = 4;

    public override string Name => "SimpleQueue";

    public override string Hammer(StressRun run)
    {
        var queue = new Braid.Queues.SimpleQueue<long>();
        var ledger = new Ledger();

        async ValueTask Consume(Worker worker)
        {
            long item = 0;
            bool got = await worker.Try(
                (timeout, token) => queue.TryGet(out item, timeout, token),
                async (timeout, token) =>
                {
                    (bool success, long value) = await queue.TryGetAsync(timeout, token).ConfigureAwait(false);
                    item = value;
                    return success;
                });
            if (got && item >= 0)
            {
                ledger.WasGot(item);
            }
        }

        Task[] consumers = [.. run.Start(Consumers / 2, awaits: false, Consume), .. run.Start(Consumers / 2, awaits: true, Consume)];
        run.Work(3, 3, worker =>
        {
            if (queue.Qsize < 1000)
            {
                long item = ledger.Next();
                queue.Put(item);
                ledger.WasPut(item);
            }

            return default;
        });
        for (int i = 0; i < Consumers; i++)
        {
            queue.Put(-1);
        }

        Task.WaitAll(consumers);
        while (queue.TryGet(out long item))
        {
            if (item >= 0)
            {
                ledger.WasGot(item);
            }
        }

        ledger.Check(run);
        run.Check(queue.GetterCount == 0, $"at the end: {queue}");
        return $"{ledger.Count} items, none lost, none doubled, none left waiting";
    }
}
