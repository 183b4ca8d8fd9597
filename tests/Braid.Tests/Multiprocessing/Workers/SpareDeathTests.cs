using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>A worker that dies before it has begun what it was given takes nothing with it.</summary>
[Collection(nameof(ProgramWide))]   // the spare worker is everybody's
public sealed class SpareDeathTests : TimedTest
{
    [Theory]
    [InlineData("run")]
    [InlineData("start")]
    [InlineData("pool")]
    public void A_spare_that_is_killed_as_it_is_taken_is_replaced(string way)
    {
        int spare = StopSpare();
        using var done = new RawValue<int>();
        var caller = new Threading.Thread(() => Use(way, done));
        caller.Start();
        Eventually.Holds(() => SpareOf() is not int next || next != spare);
        PoolFault.Signal(spare, PoolFault.Kill);
        caller.Join();
        Assert.Equal(1, done.Value);
    }

    [Fact]
    public void A_process_whose_id_is_known_is_not_replaced()
    {
        int spare = StopSpare();
        using var done = new RawValue<int>();
        Process process = Process.Start(Announce(done));
        Assert.Equal(spare, process.Pid);
        PoolFault.Signal(spare, PoolFault.Kill);
        process.Join(Cancellation);
        Assert.Equal((-9, 0), (process.ExitCode, done.Value));
    }

    [Fact]
    public void A_task_that_a_dead_worker_has_not_begun_is_run_by_another_and_costs_no_retry()
    {
        using var pool = new ProcessPoolExecutor(1);
        int pid = PoolFault.WorkerOf(pool);
        PoolFault.Signal(pid, PoolFault.Stop);
        Eventually.Holds(() => PoolFault.IsStopped(pid));
        Future<int> call = pool.Submit(static () => 7);
        PoolFault.Signal(pid, PoolFault.Kill);
        Assert.Equal(7, call.Result(Cancellation));
        Assert.Equal(0, pool.Figures.Retried);
    }

    private static void Use(string way, RawValue<int> done)
    {
        switch (way)
        {
            case "run":
                done.Value = Process.Run(static () => 1);
                break;
            case "start":
                Process.Start(Announce(done)).Join();
                break;
            default:
                using (var pool = new ProcessPoolExecutor(1))
                {
                    done.Value = pool.Submit(static () => 1).Result();
                }

                break;
        }
    }

    private static Action Announce(RawValue<int> done) => () => done.Value = 1;

    /// <summary>Stops the spare worker, so that it takes nothing it is given.</summary>
    private static int StopSpare()
    {
        Process.Run(static () => 0);
        Eventually.Holds(static () => SpareOf() is not null);
        int spare = SpareOf()!.Value;
        PoolFault.Signal(spare, PoolFault.Stop);
        Eventually.Holds(() => PoolFault.IsStopped(spare));
        return spare;
    }

    private static int? SpareOf() => Spares.Waiting(WorkerSettings.Default)?.Pid;
}
