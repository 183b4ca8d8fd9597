using Braid.Multiprocessing;

namespace Braid.Tests;

/// <content>Times, starts, sizes and ends.</content>
public sealed partial class PoolCoreTests
{
    [Fact]
    public void The_time_limit_counts_from_the_beginning_of_the_task()
    {
        var world = new PoolWorld(Rules(1)) { TimeLimit = s_second };
        PlayedCall[] calls = world.Submit(3);
        PlayedWorker worker = world.Workers[0];
        world.Pass(5 * s_second);
        worker.Ready();
        worker.Begin();
        world.Pass(0.9 * s_second);
        worker.Answer();
        worker.Begin();
        world.Pass(0.9 * s_second);
        Assert.False(worker.IsDead);
        world.Pass(0.1 * s_second);
        Assert.True(worker.IsDead);
        worker.BeBuried();
        Assert.Equal(s_second, Assert.IsType<TaskTimeoutException>(calls[1].Failure).Limit);
        Finish(world);
        Assert.Equal(1, calls[2].Result());
    }

    [Fact]
    public void To_cancel_what_waits_behind_a_task_gives_it_no_more_time()
    {
        var world = new PoolWorld(Rules(1)) { TimeLimit = s_second };
        PlayedCall[] calls = world.Submit(2);
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Begin();
        world.Pass(0.9 * s_second);
        calls[1].Cancel();
        world.Pass(0.1 * s_second);
        Assert.True(worker.IsDead);
        worker.BeBuried();
        Finish(world);
    }

    [Fact]
    public void Each_task_of_a_worker_has_its_own_time_limit()
    {
        var world = new PoolWorld(Rules(1));
        PlayedCall unlimited = world.Submit();
        world.TimeLimit = s_second;
        PlayedCall shorter = world.Submit();
        world.TimeLimit = 2 * s_second;
        PlayedCall longer = world.Submit();
        PlayedWorker first = world.Workers[0];
        first.Ready();
        first.Begin();
        world.Pass(TimeSpan.FromDays(1));
        first.Answer();
        Assert.Equal(1, unlimited.Result());
        first.Begin();
        world.Pass(s_second);
        first.BeBuried();
        Assert.Equal(s_second, Assert.IsType<TaskTimeoutException>(shorter.Failure).Limit);
        PlayedWorker second = world.Workers[1];
        second.Ready();
        second.Begin();
        world.Pass(1.9 * s_second);
        Assert.False(second.IsDead);
        world.Pass(0.1 * s_second);
        second.BeBuried();
        Assert.Equal(2 * s_second, Assert.IsType<TaskTimeoutException>(longer.Failure).Limit);
        Finish(world);
    }

    [Fact]
    public void Each_item_of_a_chunk_has_the_time_limit_of_its_own_map()
    {
        var world = new PoolWorld(Rules(1)) { TimeLimit = s_second };
        PlayedCall slow = world.SubmitChunk(items: 3);
        world.TimeLimit = null;
        PlayedCall unlimited = world.SubmitChunk(items: 2);
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Begin();
        for (int item = 0; item < 3; item++)
        {
            world.Pass(0.9 * s_second);
            worker.EndItem();
        }

        worker.Answer();
        Assert.Equal(1, slow.Result());
        worker.Begin();
        world.Pass(TimeSpan.FromDays(1));
        worker.EndItem();
        worker.EndItem();
        worker.Answer();
        Assert.Equal(1, unlimited.Result());
        Finish(world);
    }

    [Fact]
    public void A_time_limit_is_not_retried()
    {
        var world = new PoolWorld(Rules(1) with { Retries = 5 }) { TimeLimit = s_second };
        PlayedCall call = world.Submit();
        world.Workers[0].Ready();
        world.Workers[0].Begin();
        world.Pass(s_second);
        world.Workers[0].BeBuried();
        Assert.IsType<TaskTimeoutException>(call.Failure);
        Finish(world);
    }

    [Fact]
    public void A_worker_that_survives_its_kill_is_given_up_and_replaced()
    {
        PoolRules rules = Rules(1);
        var world = new PoolWorld(rules) { TimeLimit = s_second };
        PlayedCall[] calls = world.Submit(4);
        for (int lost = 0; lost < 2; lost++)
        {
            BeginStuck(world, lost);
            world.Pass(s_second);
            Assert.False(calls[lost].Done);
            world.Pass(rules.KillTimeout);
            Assert.IsType<TaskTimeoutException>(calls[lost].Failure);
            Assert.Equal(lost + 1, world.Core.LostCount);
        }

        Assert.Contains("2 of its processes were killed and do not end", Assert.IsType<WorkerStartException>(calls[2].Failure).Message, StringComparison.Ordinal);
        Assert.Equal(2, world.Workers.Count);
        world.Workers[0].DieAndBeBuried();
        PlayedCall later = world.Submit();
        world.Settle();
        Assert.Equal(1, later.Result());
        Finish(world);
    }

    [Fact]
    public void A_worker_that_is_killed_and_not_yet_dead_does_not_hold_up_its_replacement()
    {
        var world = new PoolWorld(Rules(1)) { TimeLimit = s_second };
        PlayedCall[] calls = world.Submit(2);
        PlayedWorker stuck = BeginStuck(world);
        world.Pass(s_second);
        world.Workers[1].Ready();
        world.Workers[1].Run();
        Assert.Equal(1, calls[1].Result());
        Assert.False(calls[0].Done);
        stuck.Say();
        stuck.BeHeard();
        Assert.Equal(1, calls[0].Result());
        world.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(1, world.Core.LostCount);
        Finish(world);
    }

    [Fact]
    public void A_worker_is_replaced_after_its_number_of_tasks_although_more_wait()
    {
        var world = new PoolWorld(Rules(1) with { MaxTasksPerChild = 2 });
        PlayedCall[] calls = world.Submit(10);
        Finish(world);
        Assert.All(calls, static call => Assert.Equal(1, call.Result()));
        Assert.Equal(5, world.Workers.Count);
        Assert.Equal(0, world.Core.RestartCount);
    }

    [Fact]
    public void A_worker_that_does_not_leave_is_replaced_all_the_same_and_killed_in_the_end()
    {
        PoolRules rules = Rules(1) with { MaxTasksPerChild = 1 };
        var world = new PoolWorld(rules);
        PlayedCall[] calls = world.Submit(3);
        world.Workers[0].Ready();
        world.Workers[0].Run();
        Assert.Equal(2, world.Workers.Count);
        world.Workers[1].Ready();
        world.Workers[1].Run();
        Assert.Equal(2, world.Workers.Count);
        world.Pass(rules.LeaveTimeout);
        Assert.All(world.Workers.Take(2), static worker => Assert.True(worker.IsDead));
        world.Workers[0].BeBuried();
        world.Workers[1].BeBuried();
        Finish(world);
        Assert.Equal(1, calls[2].Result());
    }

    [Fact]
    public void Starts_that_fail_are_repeated_with_longer_and_longer_pauses_and_then_the_waiting_are_told()
    {
        PoolRules rules = Rules(2);
        var world = new PoolWorld(rules);
        PlayedCall[] calls = world.Submit(1000);
        Assert.Equal(2, world.Workers.Count);
        world.Workers[0].FailToStart();
        world.Workers[1].DieAndBeBuried(exitCode: 1);
        Assert.Equal(2, world.Workers.Count);
        world.Pass(2 * rules.FirstBackOff);
        Assert.Equal(3, world.Workers.Count);
        Assert.All(calls, static call => Assert.False(call.Done));
        world.Workers[2].DieAndBeBuried(exitCode: 1);
        Assert.All(calls, static call => Assert.IsType<WorkerStartException>(call.Failure));
        Assert.Equal(1000, calls.Select(static call => call.Failure).Distinct(ReferenceEqualityComparer.Instance).Count());
        Finish(world);
    }

    [Fact]
    public void A_minute_of_failing_starts_makes_few_of_them()
    {
        var world = new PoolWorld(Rules(8));
        long end = world.Clock + TimeSpan.TicksPerMinute;
        while (world.Clock < end)
        {
            world.Submit();
            foreach (PlayedWorker worker in world.Workers.Where(static worker => !worker.IsDead).ToArray())
            {
                worker.DieAndBeBuried(exitCode: 1);
            }

            world.Pass(TimeSpan.FromMilliseconds(50));
        }

        Assert.InRange(world.Workers.Count, 3, 20);
        world.Close();
        world.PassToDue();
        foreach (PlayedWorker worker in world.Workers.Where(static worker => !worker.IsDead).ToArray())
        {
            worker.DieAndBeBuried(exitCode: 1);
        }

        world.AssertNothingIsLeft();
    }

    [Fact]
    public void While_another_worker_may_still_start_no_caller_is_notified()
    {
        var world = new PoolWorld(Rules(4));
        PlayedCall[] calls = world.Submit(4);
        world.Workers[0].DieAndBeBuried(exitCode: 1);
        world.Workers[1].DieAndBeBuried(exitCode: 1);
        world.Workers[2].DieAndBeBuried(exitCode: 1);
        Finish(world);
        Assert.All(calls, static call => Assert.Equal(1, call.Result()));
    }

    [Fact]
    public void A_worker_that_does_not_get_ready_is_killed_and_counts_as_a_failed_start()
    {
        PoolRules rules = Rules(1) with { StartTimeout = s_second, StartAttempts = 1 };
        var world = new PoolWorld(rules);
        PlayedCall call = world.Submit();
        world.Pass(s_second);
        Assert.Single(world.Workers);
        world.Workers[0].BeBuried();
        Assert.Contains("did not get ready within 1 s", Assert.IsType<WorkerStartException>(call.Failure).ToString(), StringComparison.Ordinal);
        Finish(world);
    }

    [Fact]
    public void A_smaller_pool_lets_the_running_tasks_end_and_a_larger_one_starts_more()
    {
        (PoolWorld world, PlayedWorker first, PlayedWorker second) = TwoWorkers(Rules(2));
        PlayedCall[] calls = world.Submit(6);
        first.Begin();
        second.Begin();
        world.Resize(1);
        Assert.Equal(1, world.Core.Slots.Count(static slot => slot.State == SlotState.Leaving));
        Assert.False(first.IsDead || second.IsDead);
        first.Answer();
        second.Answer();
        Assert.Equal(1, world.Core.Slots.Count(static slot => slot.State == SlotState.Ready));
        Assert.Equal(2, world.Workers.Count);
        world.Resize(3);
        Assert.Equal(4, world.Workers.Count);
        Finish(world);
        Assert.All(calls, static call => Assert.Equal(1, call.Result()));
        Assert.Equal(0, world.Core.RestartCount);
    }

    [Fact]
    public void A_ring_full_of_what_was_taken_back_is_tried_again()
    {
        var world = new PoolWorld(Rules(1)) { RingRoom = 2 };
        PlayedCall[] calls = world.Submit(4);
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Begin();
        calls[1].Cancel();
        Assert.Same(worker.Slot, calls[2].Task.Slot);
        calls[2].Cancel();
        worker.Answer();
        Assert.Null(calls[3].Task.Slot);
        worker.Claim();
        world.PassToDue();
        Assert.Same(worker.Slot, calls[3].Task.Slot);
        Finish(world);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Closing_ends_a_pool_that_never_had_anything_to_do(bool cancelPending)
    {
        var world = new PoolWorld(Rules(2));
        world.Close(cancelPending);
        world.AssertNothingIsLeft();
        world.Close(cancelPending);
        world.CloseByForce(ExitReason.Killed);
        Assert.Equal(1, world.ClosedCount);
    }

    [Fact]
    public void Closing_runs_what_waits_or_cancels_it()
    {
        foreach (bool cancels in new[] { false, true })
        {
            var world = new PoolWorld(Rules(1));
            PlayedCall[] calls = world.Submit(5);
            world.Workers[0].Ready();
            world.Workers[0].Begin();
            world.Close(cancels);
            Assert.Equal(cancels ? 4 : 0, calls.Count(static call => call.Cancelled));
            world.Settle();
            world.AssertNothingIsLeft();
            Assert.Equal(1, calls[0].Result());
            Assert.Equal(cancels ? 1 : 5, world.Core.DoneCount);
        }
    }

    [Theory]
    [InlineData(ExitReason.Killed, 0)]
    [InlineData(ExitReason.Terminated, 0)]
    [InlineData(ExitReason.Killed, 3)]
    [InlineData(ExitReason.Terminated, 3)]
    public void Closing_by_force_ends_everything_in_every_state_of_the_workers(ExitReason reason, int retries)
    {
        var world = new PoolWorld(Rules(3) with { Retries = retries, ExceptionRetries = retries });
        PlayedCall[] calls = world.Submit(8);
        world.Workers[0].Ready();
        world.Workers[0].Begin();
        world.Workers[1].Ready();
        world.Workers[1].Begin();
        PoolTask said = world.Workers[1].Running!;
        world.Workers[1].Say(failed: true);
        world.CloseByForce(reason);
        world.Settle();
        world.AssertNothingIsLeft();
        Assert.IsType<WorkerCrashedException>(calls[0].Failure);
        Assert.IsType<ArithmeticException>(said.Call.Future.Failure);
        Assert.Equal(6, calls.Count(static call => call.Cancelled));
        Assert.Equal(0, world.Core.RestartCount);
    }

    [Fact]
    public void A_worker_that_ignores_the_request_to_end_is_killed_later_or_on_request()
    {
        foreach (bool isTold in new[] { false, true })
        {
            PoolRules rules = Rules(1) with { Retries = 1 };
            var world = new PoolWorld(rules);
            PlayedCall call = world.Submit();
            PlayedWorker worker = world.Workers[0];
            worker.IgnoresRequestsToEnd = true;
            worker.Ready();
            worker.Begin();
            world.CloseByForce(ExitReason.Terminated);
            Assert.False(worker.IsDead);
            if (isTold)
            {
                world.CloseByForce(ExitReason.Killed);
            }
            else
            {
                world.Pass(rules.KillTimeout);
            }

            Assert.True(worker.IsDead);
            worker.BeBuried();
            world.AssertNothingIsLeft();
            Assert.IsType<WorkerCrashedException>(call.Failure);
        }
    }

    [Fact]
    public void A_worker_that_has_become_full_is_replaced_between_two_tasks()
    {
        var world = new PoolWorld(Rules(1) with { MemoryLimit = 100 });
        PlayedCall[] calls = world.Submit(40);
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Run();
        Assert.True(worker.Slot.Outstanding.Count > 10);
        worker.Begin();
        worker.Say(isFull: true);
        worker.BeHeard();
        Assert.Empty(worker.Slot.Outstanding);
        Assert.True(worker.IsAskedToLeave);
        Assert.Equal(2, world.Workers.Count);
        Finish(world);
        Assert.All(calls, static call => Assert.Equal((1, 1), (call.Result(), call.Begun)));
        Assert.Equal(0, world.Core.RestartCount);
    }

    [Fact]
    public void A_worker_that_needs_too_much_memory_is_replaced_or_killed_with_its_task()
    {
        var world = new PoolWorld(Rules(1) with { MemoryLimit = 100 });
        PlayedCall[] calls = world.Submit(2);
        PlayedWorker worker = BeginTooLarge(world);
        worker.BeBuried();
        Assert.IsType<MemoryLimitException>(calls[0].Failure);
        world.Settle();
        Assert.Equal(1, calls[1].Result());
        PlayedWorker second = world.Workers[1];
        world.Act(() => world.Core.OnMemory(second.Slot, 101));
        Assert.True(second.CanLeave);
        Finish(world);
    }
}
