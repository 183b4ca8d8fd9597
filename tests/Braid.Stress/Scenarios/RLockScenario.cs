namespace Braid.Stress;

/// <summary>One re-entrant lock, acquired to changing depths.</summary>
internal sealed class RLockScenario : Scenario
{
    public override string Name => "RLock";

    public override string Hammer(StressRun run)
    {
        var mutex = new Braid.Threading.RLock();
        var region = new Region(run, places: 1);
        run.Work(6, 0, async worker =>
        {
            int depth = 0;
            int wanted = worker.Random.Next(1, 4);
            while (depth < wanted && await worker.Try(mutex.TryAcquire, mutex.TryAcquireAsync))
            {
                depth++;
            }

            run.Check(mutex.Depth == depth, $"{depth} times acquired, and the depth is {mutex.Depth}");
            if (depth > 0)
            {
                region.PassThrough(worker.Random);
            }

            while (depth-- > 0)
            {
                mutex.Release();
            }
        });
        region.CheckEmpty();
        run.Check(!mutex.Locked && mutex.WaiterCount == 0, $"at the end: {mutex}");
        return $"{region.Passed} times held, never by two threads, depths right, none left waiting";
    }
}
