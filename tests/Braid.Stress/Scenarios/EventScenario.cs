namespace Braid.Stress;

/// <summary>An event that is set and cleared at once: everybody who waits at that moment must go on.</summary>
internal sealed class EventScenario : Scenario
{
    public override string Name => "Event";

    public override string Hammer(StressRun run)
    {
        var flag = new Braid.Threading.Event();
        long seen = 0;
        long pulses = 0;
        Task[] setters = run.Start(1, awaits: false, worker =>
        {
            flag.Set();
            if (worker.Random.Next(2) == 0)
            {
                Thread.SpinWait(worker.Random.Next(200));
            }

            flag.Clear();
            pulses++;
            Thread.Yield();
            return default;
        });
        run.Work(4, 4, async worker =>
        {
            if (await worker.Try(flag.TryWait, flag.TryWaitAsync))
            {
                Interlocked.Increment(ref seen);
            }
        }, flag.Set);
        Task.WaitAll(setters);
        flag.Set();
        run.Check(flag.WaiterCount == 0, $"at the end: {flag}");
        run.Check(flag.TryWait(), "a set event was not seen");
        return $"set {pulses} times, seen {seen} times, none left waiting";
    }
}
