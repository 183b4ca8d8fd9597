using Braid.Queues;

namespace Braid.Stress;

/// <summary>Producers and consumers over one queue whose limit changes meanwhile, shut down at the end.</summary>
internal sealed class QueueScenario(string name, Braid.Queues.Queue<long> queue, bool isBounded) : Scenario
{
    public override string Name => name;

    public static IEnumerable<Scenario> OfEveryKind() =>
    [
        new QueueScenario("Queue", new Braid.Queues.Queue<long>(), isBounded: false),
        new QueueScenario("Queue bounded", new Braid.Queues.Queue<long>(maxsize: 4), isBounded: true),
        new QueueScenario("LifoQueue bounded", new LifoQueue<long>(maxsize: 4), isBounded: true),
        new QueueScenario("PriorityQueue bounded", new Braid.Queues.PriorityQueue<long>(maxsize: 4), isBounded: true),
        new SimpleQueueScenario(),
    ];

    public override string Hammer(StressRun run)
    {
        var ledger = new Ledger();
        Task[] resizers = isBounded ? run.Start(1, awaits: false, Resize) : [];
        Task[] consumers = [.. run.Start(2, awaits: false, worker => Consume(worker, ledger)), .. run.Start(2, awaits: true, worker => Consume(worker, ledger))];
        run.Work(3, 3, worker => Produce(worker, ledger), () => queue.Maxsize = 0);
        Task.WaitAll(resizers);
        queue.Maxsize = 0;
        queue.Shutdown();
        Task.WaitAll(consumers);
        while (queue.Qsize > 0)
        {
            ledger.WasGot(queue.GetNowait());
            queue.TaskDone();
        }

        ledger.Check(run);
        run.Check(queue.TryJoin() && queue.UnfinishedTasks == 0, $"{queue.UnfinishedTasks} tasks stayed unfinished");
        run.Check(queue.GetterCount == 0 && queue.PutterCount == 0 && queue.JoinerCount == 0, $"at the end: {queue}");
        return $"{ledger.Count} items, none lost, none doubled, all done, none left waiting";
    }

    private ValueTask Resize(Worker worker)
    {
        queue.Maxsize = worker.Random.Next(6);
        Thread.Yield();
        return default;
    }

    private async ValueTask Produce(Worker worker, Ledger ledger)
    {
        if (queue.Qsize > 1000)
        {
            Thread.Yield();
            return;
        }

        long item = ledger.Next();
        if (await worker.Try((timeout, token) => queue.TryPut(item, timeout, token), (timeout, token) => queue.TryPutAsync(item, timeout, token)))
        {
            ledger.WasPut(item);
        }
    }

    private async ValueTask Consume(Worker worker, Ledger ledger)
    {
        try
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
            if (got)
            {
                ledger.WasGot(item);
                queue.TaskDone();
            }
        }
        catch (QueueShutDownException)
        {
            // The producers are done.
        }
    }
}
