namespace Braid.Stress;

/// <summary>A semaphore and a bounded one, with three permits each.</summary>
internal sealed class SemaphoreScenario : Scenario
{
    private const int Permits = 3;

    public override string Name => "Semaphore";

    public override string Hammer(StressRun run)
    {
        var bounded = new Braid.Threading.BoundedSemaphore(Permits);
        (Braid.Threading.Semaphore Semaphore, Region Region)[] pairs =
        [
            (new Braid.Threading.Semaphore(Permits), new Region(run, Permits)),
            (bounded, new Region(run, Permits)),
        ];
        run.Work(6, 6, async worker =>
        {
            (Braid.Threading.Semaphore semaphore, Region region) = pairs[worker.Random.Next(pairs.Length)];
            int taken = 0;
            while (taken < 2 && await worker.Try(semaphore.TryAcquire, semaphore.TryAcquireAsync, mayWaitForEver: taken == 0))
            {
                taken++;
            }

            if (taken > 0)
            {
                region.PassThrough(worker.Random);
                semaphore.Release(taken);
            }
        });
        foreach ((Braid.Threading.Semaphore semaphore, Region region) in pairs)
        {
            region.CheckEmpty();
            run.Check(semaphore.Value == Permits && semaphore.WaiterCount == 0, $"at the end: {semaphore}");
        }

        try
        {
            bounded.Release();
            run.Fail("the bounded semaphore took a permit too many");
        }
        catch (SemaphoreFullException)
        {
            // As it should be: all permits are back.
        }

        return $"{pairs.Sum(pair => pair.Region.Passed)} times inside, never more than {Permits}, all permits back, none left waiting";
    }
}
