using Braid.Multiprocessing;

namespace Braid.Tests;

/// <content>Which ends of workers count, what a kill takes along, and what is said of them.</content>
public sealed partial class PoolCoreTests
{
    [Fact]
    public void The_end_of_an_idle_worker_counts_as_a_restart_and_that_of_one_that_was_asked_to_leave_does_not()
    {
        (PoolWorld world, PlayedWorker first, PlayedWorker second) = TwoWorkers(Rules(2));
        world.Resize(1);
        PlayedWorker leaving = first.IsAskedToLeave ? first : second;
        PlayedWorker staying = leaving == first ? second : first;
        leaving.DieAndBeBuried(exitCode: 0);
        Assert.Equal(0, world.RestartCount);
        staying.DieAndBeBuried();
        Assert.Equal(1, world.RestartCount);
        world.Close();
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_worker_that_is_not_wanted_any_more_before_it_is_ready_counts_as_no_restart()
    {
        var world = new PoolWorld(Rules(2));
        PlayedCall[] calls = world.Submit(2);
        world.Resize(1);
        Assert.Single(world.Workers, static worker => worker.IsDead).BeBuried();
        Assert.Equal(0, world.RestartCount);
        Finish(world);
        Assert.All(calls, static call => Assert.Equal(1, call.Result()));
    }

    [Fact]
    public void What_waits_behind_a_task_that_is_killed_for_its_memory_goes_to_another_worker_at_once()
    {
        var world = new PoolWorld(Rules(1) with { MemoryLimit = 100 });
        PlayedCall[] calls = world.Submit(2);
        PlayedWorker worker = BeginTooLarge(world);
        Assert.Null(calls[1].Task.Slot);
        Assert.Equal(2, world.Workers.Count);
        worker.BeBuried();
        Finish(world);
        Assert.Equal(1, calls[1].Result());
    }

    [Fact]
    public void An_idle_worker_with_too_much_memory_leaves_and_counts_as_a_restart()
    {
        var world = new PoolWorld(Rules(1) with { MemoryLimit = 100 });
        world.Submit();
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Run();
        world.Act(() => world.Core.OnMemory(worker.Slot, 101));
        Assert.True(worker.IsAskedToLeave);
        Assert.Equal(1, world.RestartCount);
        Finish(world);
    }

    [Fact]
    public void A_worker_that_was_killed_at_rest_gets_nothing_more()
    {
        var world = new PoolWorld(Rules(1));
        world.Submit();
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Run();
        world.Act(() => Assert.Null(world.Core.OnAnswer(worker.Slot, id: 99, failed: false, ranOutOfMemory: false)));
        Assert.True(worker.IsDead);
        PlayedCall call = world.Submit();
        Assert.Null(call.Task.Slot);
        Assert.Equal(2, world.Workers.Count);
        worker.BeBuried();
        Finish(world);
        Assert.Equal(1, call.Result());
    }

    [Fact]
    public void A_kill_is_given_its_time_once()
    {
        PoolRules rules = Rules(1);
        var world = new PoolWorld(rules) { TimeLimit = s_second };
        PlayedCall call = world.Submit();
        BeginStuck(world);
        world.Pass(s_second);
        world.Pass(rules.KillTimeout - s_second);
        world.CloseByForce(ExitReason.Killed);
        Assert.False(call.Done);
        world.Pass(s_second);
        Assert.True(call.Done);
        Assert.True(world.Core.IsClosed);
    }

    [Fact]
    public void A_worker_that_ignores_the_request_to_end_has_the_time_of_a_kill_twice()
    {
        PoolRules rules = Rules(1);
        var world = new PoolWorld(rules);
        PlayedCall call = world.Submit();
        PlayedWorker stuck = world.Workers[0];
        stuck.Ready();
        stuck.IgnoresRequestsToEnd = true;
        stuck.SurvivesKills = true;
        stuck.Begin();
        world.CloseByForce(ExitReason.Terminated);
        world.Pass(rules.KillTimeout);
        world.Pass(rules.KillTimeout - TimeSpan.FromTicks(1));
        Assert.False(call.Done);
        world.Pass(TimeSpan.FromTicks(1));
        Assert.True(call.Done);
        Assert.True(world.Core.IsClosed);
    }

    [Fact]
    public void The_time_limit_of_a_chunk_is_that_of_each_item()
    {
        var world = new PoolWorld(Rules(1)) { TimeLimit = s_second };
        PlayedCall call = world.SubmitChunk(3);
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Begin();
        world.Pass(0.9 * s_second);
        worker.EndItem();
        world.Pass(0.1 * s_second);        // the limit of the first, which has ended
        Assert.False(worker.IsDead);
        world.PassToDue();
        Assert.True(worker.IsStopped && worker.IsDead);
        worker.BeBuried();
        PlayedWorker next = world.Workers[1];
        next.Ready();
        next.Begin();
        Assert.Equal([1, 1, 1], call.ItemsBegun);
        Finish(world);
    }

    [Fact]
    public void A_crash_costs_a_chunk_the_item_that_ran()
    {
        var world = new PoolWorld(Rules(1) with { Retries = 1 });
        PlayedCall call = world.SubmitChunk(4);
        Crash(world.Workers[0], itemsBefore: 1);
        Crash(world.Workers[1], itemsBefore: 0);     // the same item: given up
        Crash(world.Workers[2], itemsBefore: 0);     // another one, with a budget of its own
        Assert.False(call.Done);
        Finish(world);
        Assert.Equal([1, 2, 2, 1], call.ItemsBegun);
        Assert.Equal(0, world.Core.LostTaskCount);

        static void Crash(PlayedWorker worker, int itemsBefore)
        {
            worker.Ready();
            worker.Begin();
            for (int item = 0; item < itemsBefore; item++)
            {
                worker.EndItem();
            }

            worker.DieAndBeBuried();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_attempts_of_a_task_are_counted_through_and_told(bool failsFirst)
    {
        var world = new PoolWorld(Rules(1) with { ExceptionRetries = 1, Retries = 1 });
        PlayedCall call = world.Submit();
        world.Workers[0].Ready();
        Attempt(fails: failsFirst);
        Attempt(fails: !failsFirst);
        Attempt(fails: false);
        string message = Assert.IsType<WorkerCrashedException>(call.Failure).Message;
        Assert.Contains("\nEarlier attempts:\n  attempt 1:", message, StringComparison.Ordinal);
        Assert.Contains("\n  attempt 2:", message, StringComparison.Ordinal);
        Assert.Equal((1, 1), (world.Core.FailedCount, world.Core.LostTaskCount));
        Finish(world);

        void Attempt(bool fails)
        {
            PlayedWorker worker = world.Workers[^1];
            if (!worker.IsReady)
            {
                worker.Ready();
            }

            worker.Begin();
            if (fails)
            {
                worker.Answer(failed: true);
            }
            else
            {
                worker.DieAndBeBuried();
            }
        }
    }

    [Fact]
    public void Nothing_is_told_of_earlier_attempts_where_there_were_none()
    {
        var world = new PoolWorld(Rules(1));
        PlayedCall call = world.Submit();
        world.Workers[0].Ready();
        world.Workers[0].Begin();
        world.Workers[0].DieAndBeBuried();
        Assert.DoesNotContain("Earlier attempts", Assert.IsType<WorkerCrashedException>(call.Failure).Message, StringComparison.Ordinal);
        Finish(world);
    }

    [Fact]
    public void A_failed_start_tells_why()
    {
        PoolRules rules = Rules(1) with { StartAttempts = 1 };
        var world = new PoolWorld(rules);
        Assert.NotNull(FailureOf(static worker => worker.FailToStart()).InnerException);
        Assert.Contains("ended before it was ready", FailureOf(static worker => worker.DieAndBeBuried(exitCode: 1)).Message, StringComparison.Ordinal);
        Assert.Contains("did not get ready within", FailureOf(worker =>
        {
            world.Pass(rules.StartTimeout);
            worker.BeBuried();
        }).Message, StringComparison.Ordinal);
        Finish(world);

        WorkerStartException FailureOf(Action<PlayedWorker> fail)
        {
            world.Pass(rules.LongestBackOff);
            PlayedCall call = world.Submit();
            fail(world.Workers[^1]);
            return Assert.IsType<WorkerStartException>(call.Failure);
        }
    }
}
