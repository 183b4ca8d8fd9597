namespace Braid.Stress;

/// <summary>Producers and consumers over one condition; every fourth item is announced to all.</summary>
internal sealed class ConditionScenario : Scenario
{
    public override string Name => "Condition";

    public override string Hammer(StressRun run)
    {
        var mutex = new Braid.Threading.Lock();
        var condition = new Braid.Threading.Condition(mutex);
        int items = 0;          // guarded by mutex, like the others
        long produced = 0;
        long consumed = 0;
        bool isOver = false;
        var region = new Region(run, places: 1);

        async ValueTask Produce(Worker worker)
        {
            if (await worker.Try(mutex.TryAcquire, mutex.TryAcquireAsync))
            {
                int count = worker.Random.Next(1, 4);
                region.PassThrough(worker.Random);
                items += count;
                produced += count;
                condition.Notify(worker.Random.Next(4) == 0 ? int.MaxValue : count);
                mutex.Release();
            }
        }

        async ValueTask Consume(Worker worker)
        {
            if (!await worker.Try(mutex.TryAcquire, mutex.TryAcquireAsync))
            {
                return;
            }

            bool Ready() => items > 0 || isOver;
            bool isReady = await worker.Try(
                (timeout, token) => condition.TryWaitFor(Ready, timeout, token), (timeout, token) => condition.TryWaitForAsync(Ready, timeout, token));
            run.Check(mutex.Locked, "the lock was not held after a wait");
            region.PassThrough(worker.Random);
            if (isReady && items > 0)
            {
                items--;
                consumed++;
            }

            mutex.Release();
        }

        int turn = 0;
        run.Work(6, 6, async worker => await (Interlocked.Increment(ref turn) % 3 == 0 ? Produce(worker) : Consume(worker)), () =>
        {
            using (mutex.EnterScope())
            {
                isOver = true;
                condition.NotifyAll();
            }
        });
        region.CheckEmpty();
        run.Check(produced == consumed + items, $"{produced} were produced, {consumed} consumed, {items} are left");
        run.Check(!mutex.Locked && condition.WaiterCount == 0 && mutex.WaiterCount == 0, $"at the end: {condition}");
        return $"{consumed} of {produced} items consumed, {items} left over, the lock held after each wait";
    }
}
