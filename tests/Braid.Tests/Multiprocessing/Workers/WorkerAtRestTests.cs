using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What a worker costs that has nothing to do.</summary>
public sealed class WorkerAtRestTests(ITestOutputHelper output) : TimedTest
{
    private const long Limit = 40_000_000;

    [Fact]
    public void A_spare_worker_needs_less_than_forty_megabytes()
    {
        var owner = new Owner();
        Worker worker = Worker.Start(WorkerSettings.Default, owner);
        Eventually.Holds(() => Sleeps(worker));
        Check(worker.Pid);
        worker.Kill(ExitReason.Killed);
        owner.IsOver.Wait(Cancellation);
    }

    [Fact]
    public void A_worker_that_has_run_tasks_needs_less_than_forty_megabytes()
    {
        using var pool = new ProcessPoolExecutor(1);
        PoolFault.AssertServes(pool, 100);
        Check(PoolFault.WorkerOf(pool));
    }

    private static bool Sleeps(Worker worker) => worker.Channel.WorkerBell.IsArmed;

    private void Check(int pid)
    {
        (long share, long own) = SystemView.MemoryOf(pid);
        output.WriteLine($"share {share / 1e6:0.0} MB, own {own / 1e6:0.0} MB");
        Assert.InRange(share, 1, Limit);
        Assert.InRange(own, 1, Limit / 2);   // the share of what is common to all depends on how many run
    }

    private sealed unsafe class Owner : IWorkerOwner
    {
        public Threading.Event IsOver { get; } = new();

        void IWorkerOwner.OnFrame(Worker worker, int kind, long id, byte* data, long bytes)
        {
        }

        void IWorkerOwner.OnDeath(Worker worker, WorkerEnd end) => IsOver.Set();
    }
}
