namespace Braid.Stress;

/// <summary>One plain lock, blocked on and awaited at the same time.</summary>
internal sealed class LockScenario : Scenario
{
    public override string Name => "Lock";

    public override string Hammer(StressRun run)
    {
        var mutex = new Braid.Threading.Lock();
        var region = new Region(run, places: 1);
        run.Work(4, 4, async worker =>
        {
            if (await worker.Try(mutex.TryAcquire, mutex.TryAcquireAsync))
            {
                region.PassThrough(worker.Random);
                mutex.Release();
            }
        });
        region.CheckEmpty();
        run.Check(!mutex.Locked && mutex.WaiterCount == 0, $"at the end: {mutex}");
        return $"{region.Passed} times held, never by two, none left waiting";
    }
}
