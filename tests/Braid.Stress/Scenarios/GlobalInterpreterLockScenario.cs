using Braid.Threading;
using Thread = System.Threading.Thread;

namespace Braid.Stress;

/// <summary>Threads that run long under the global lock and give way at checkpoints, and some that release it around a call.</summary>
internal sealed class GlobalInterpreterLockScenario : Scenario
{
    public override string Name => "GlobalInterpreterLock";

    public override string Hammer(StressRun run)
    {
        var gil = new GlobalInterpreterLock(TimeSpan.FromMilliseconds(1));
        var region = new Region(run, places: 1);
        run.Work(5, 0, async worker =>
        {
            if (!await worker.Try(gil.TryAcquire, (_, _) => throw new NotSupportedException()))
            {
                return;
            }

            try
            {
                for (int i = worker.Random.Next(200); i > 0; i--)
                {
                    region.PassThrough(worker.Random);
                    gil.Checkpoint();
                    if (i % 50 == 0)
                    {
                        using (gil.Released())
                        {
                            Thread.SpinWait(20);
                        }
                    }
                }

                gil.Release();
            }
            catch (ThreadInterruptedException)
            {
                // Interrupted at a place where it had given the lock up: it does not hold it.
            }
        });
        region.CheckEmpty();
        run.Check(!gil.Locked && gil.WaiterCount == 0, $"at the end: {gil}");
        return $"{region.Passed} stretches, never two at once, none left waiting";
    }
}
