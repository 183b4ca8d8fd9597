using Braid.Multiprocessing;

namespace Braid.Tests;

/// <content>What ends a pool when nothing else happens any more.</content>
public sealed partial class PoolCoreTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_closing_pool_without_workers_is_closed_with_its_last_task(bool isForced)
    {
        var world = new PoolWorld(Rules(1));
        PlayedCall call = world.Submit();
        world.Workers[0].FailToStart();      // the next start is not due yet
        world.Close();
        Assert.False(world.Core.IsClosed);
        if (isForced)
        {
            world.CloseByForce(ExitReason.Killed);
        }
        else
        {
            call.Cancel();
        }

        Assert.True(call.Cancelled);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_closing_pool_is_closed_when_its_last_worker_is_given_up()
    {
        PoolRules rules = Rules(1);
        var world = new PoolWorld(rules) { TimeLimit = s_second };
        PlayedCall call = world.Submit();
        BeginStuck(world);
        world.Close();
        world.Pass(s_second);
        Assert.False(world.Core.IsClosed);
        world.Pass(rules.KillTimeout);
        Assert.IsType<TaskTimeoutException>(call.Failure);
        Assert.True(world.Core.IsClosed);
        Assert.Equal(1, world.ClosedCount);
    }

    [Fact]
    public void A_closing_pool_asks_its_worker_to_leave_with_its_last_answer()
    {
        var world = new PoolWorld(Rules(1));
        world.Submit();
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Begin();
        world.Close();
        Assert.False(worker.IsAskedToLeave);
        worker.Answer();
        Assert.True(worker.IsAskedToLeave);
        Finish(world);
    }

    [Fact]
    public void A_closing_pool_whose_last_start_fails_is_closed()
    {
        var world = new PoolWorld(Rules(1) with { StartAttempts = 1 });
        PlayedCall call = world.Submit();
        world.Close();
        world.Workers[0].FailToStart();
        Assert.IsType<WorkerStartException>(call.Failure);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_worker_that_was_given_up_is_not_counted_again_when_it_ends()
    {
        PoolRules rules = Rules(1);
        var world = new PoolWorld(rules) { TimeLimit = s_second };
        world.Submit();
        PlayedWorker stuck = BeginStuck(world);
        world.Pass(s_second);
        world.Pass(rules.KillTimeout);
        Assert.Equal((1, 1), (world.Core.LostCount, world.RestartCount));
        stuck.DieAndBeBuried();
        Assert.Equal((0, 1), (world.Core.LostCount, world.RestartCount));
        Finish(world);
    }

    /// <summary>The first use of force decides: what killed the worker was that one.</summary>
    [Theory]
    [InlineData(1, 2, "had not ended 1 s after the shutdown of its pool")]
    [InlineData(1, null, "had not ended 1 s after the shutdown of its pool")]
    [InlineData(null, 1, "because its pool or process was told to")]
    public void A_task_that_a_shutdown_kills_is_told_how_long_the_shutdown_had_waited(int? first, int? second, string text)
    {
        var world = new PoolWorld(Rules(1));
        PlayedCall call = world.Submit();
        world.Workers[0].Ready();
        world.Workers[0].Begin();
        world.CloseByForce(ExitReason.Killed, first * s_second);
        world.CloseByForce(ExitReason.Killed, second * s_second);
        world.Workers[0].BeBuried();
        Assert.Contains(text, Assert.IsType<WorkerCrashedException>(call.Failure).Message, StringComparison.Ordinal);
        world.AssertNothingIsLeft();
    }
}
