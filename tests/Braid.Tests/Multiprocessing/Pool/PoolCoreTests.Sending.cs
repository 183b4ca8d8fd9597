using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <content>What is sent to a worker ahead, what runs, and what is taken back.</content>
public sealed partial class PoolCoreTests
{
    /// <summary>Longer than a task behind which another may wait, and a short one.</summary>
    private static readonly TimeSpan s_long = TimeSpan.FromMilliseconds(80);

    [Fact]
    public void The_first_of_a_workers_tasks_runs_and_what_is_behind_it_does_not()
    {
        var world = new PoolWorld(Rules(1));
        PlayedCall[] calls = world.Submit(3);
        Assert.All(calls, static call => Assert.False(call.Running));
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        Assert.True(calls[0].Running);
        Assert.False(calls[1].Running);
        calls[0].Cancel();        // nobody has begun it
        Assert.False(worker.IsDead);
        Assert.True(calls[1].Running);
        Assert.False(calls[2].Running);
        worker.Run();
        Assert.True(calls[2].Running);
        Finish(world);
    }

    [Fact]
    public void A_worker_is_sent_no_more_than_its_number_of_tasks()
    {
        var world = new PoolWorld(Rules(1) with { MaxTasksPerChild = 3 });
        PlayedCall[] calls = world.Submit(6);
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Run();             // short: more are sent ahead
        Assert.Same(worker.Slot, calls[2].Task.Slot);
        Assert.Null(calls[3].Task.Slot);
        calls[2].Cancel();
        Assert.Same(worker.Slot, calls[3].Task.Slot);
        Assert.Null(calls[4].Task.Slot);
        Finish(world);
    }

    [Fact]
    public void A_worker_in_a_sandbox_gets_a_task_once_it_has_answered_the_last()
    {
        var world = new PoolWorld(Rules(1) with { SendsAhead = new ProcessPoolOptions { Sandbox = Sandbox.Strict }.ToRules().SendsAhead });
        PlayedCall[] calls = world.Submit(3);
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        Assert.Equal(calls[0].Task, Assert.Single(worker.Slot.Outstanding));
        worker.Run();
        Assert.Equal(calls[1].Task, Assert.Single(worker.Slot.Outstanding));
        Finish(world);
    }

    [Fact]
    public void A_worker_whose_tasks_are_long_gets_none_ahead_until_they_have_been_short_for_a_while()
    {
        var world = new PoolWorld(Rules(1));
        world.Submit(100);
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        RunFor(s_long);
        Assert.Single(worker.Slot.Outstanding);
        RunFor(TimeSpan.Zero);
        Assert.Single(worker.Slot.Outstanding);
        for (int shortOnes = 0; shortOnes < 20; shortOnes++)
        {
            RunFor(TimeSpan.Zero);
        }

        Assert.Equal(2, worker.Slot.Outstanding.Count);
        Finish(world);

        void RunFor(TimeSpan time)
        {
            worker.Begin();
            world.Pass(time);
            worker.Answer();
        }
    }

    [Fact]
    public void The_first_short_task_after_a_long_one_does_not_hide_how_long_tasks_are()
    {
        var world = new PoolWorld(Rules(1));
        world.Submit(10);
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Run();
        Assert.Equal(9, worker.Slot.Outstanding.Count);
        worker.Begin();
        world.Pass(s_long);
        worker.Answer();          // an eighth of it counts: neither short nor long
        Assert.Equal(2, worker.Slot.Outstanding.Count);
        Finish(world);
    }

    /// <summary>A worker may be far ahead of the answers that were read; what is then sent to it waits behind what it really runs.</summary>
    [Fact]
    public void What_was_sent_while_old_answers_were_read_does_not_wait_behind_a_long_task()
    {
        var world = new PoolWorld(Rules(1));
        world.Submit(80);
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Run();
        int unread = worker.Slot.Outstanding.Count - 1;
        for (int i = 0; i < unread; i++)
        {
            worker.Begin();
            worker.Say();
        }

        worker.Begin();
        world.PassToDue();        // too late to take anything back
        for (int i = 0; i < unread; i++)
        {
            worker.BeHeard();
        }

        Assert.NotEqual(1, worker.Slot.Outstanding.Count);
        Assert.InRange(world.Core.DueAt, world.Clock + 1, world.Clock + s_long.Ticks);
        world.PassToDue();
        Assert.Single(worker.Slot.Outstanding);
        Finish(world);
    }

    [Fact]
    public void What_a_full_worker_gives_back_runs_in_order()
    {
        var world = new PoolWorld(Rules(1) with { MemoryLimit = 100 });
        PlayedCall[] calls = world.Submit(5);
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Run();
        worker.Begin();
        worker.Say(isFull: true);
        worker.BeHeard();
        Assert.All(calls[2..], static call => Assert.Null(call.Task.Slot));
        PlayedWorker next = world.Workers[1];
        next.Ready();
        Assert.True(calls[2].Running);
        next.Run();
        Assert.True(calls[3].Running);
        Finish(world);
    }

    [Fact]
    public void What_waits_behind_the_task_of_a_worker_that_is_too_many_is_pending_again()
    {
        var world = new PoolWorld(Rules(2));
        PlayedCall[] calls = world.Submit(2);
        Array.ForEach([.. world.Workers], static worker =>
        {
            worker.Ready();
            worker.Begin();
        });
        PlayedCall[] behind = world.Submit(2);
        Assert.All(behind, static call => Assert.NotNull(call.Task.Slot));
        world.Resize(1);
        PlayedWorker leaving = Assert.Single(world.Workers, static worker => worker.IsAskedToLeave);
        Assert.Single(leaving.Slot.Outstanding);
        Assert.All(calls, static call => Assert.NotNull(call.Task.Slot));
        Assert.DoesNotContain(behind, call => call.Task.Slot == leaving.Slot);
        Finish(world);
    }

    [Fact]
    public void A_task_for_a_ring_full_of_what_was_taken_back_waits_and_starts_no_other_worker()
    {
        var world = new PoolWorld(Rules(2)) { RingRoom = 1 };
        PlayedCall first = world.Submit();
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        first.Cancel();           // it lies in the ring until the worker skips it
        PlayedCall second = world.Submit();
        Assert.Null(second.Task.Slot);
        Assert.InRange(world.Core.DueAt, world.Clock + 1, world.Clock + s_second.Ticks);
        world.PassToDue();
        Assert.Single(world.Workers);
        worker.Claim();
        world.PassToDue();
        Assert.Same(worker.Slot, second.Task.Slot);
        Finish(world);
    }

    [Fact]
    public void After_a_failed_start_one_worker_is_tried_at_a_time()
    {
        PoolRules rules = Rules(3);
        var world = new PoolWorld(rules);
        world.Submit(3);
        Assert.Equal([1, 2, 3], world.Workers.Select(static worker => worker.Slot.Number));
        world.Workers[0].FailToStart();
        world.Pass(2 * rules.FirstBackOff);
        Assert.Equal(3, world.Workers.Count);
        Finish(world);
    }

    [Fact]
    public void A_start_that_failed_is_repeated_when_its_pause_is_over()
    {
        PoolRules rules = Rules(1);
        var world = new PoolWorld(rules);
        world.Submit();
        world.Workers[0].FailToStart();
        Assert.Equal(world.Clock + rules.FirstBackOff.Ticks, world.Core.DueAt);
        world.PassToDue();
        Assert.Equal(2, world.Workers.Count);
        Finish(world);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_worker_that_does_not_leave_is_killed_when_its_time_to_leave_is_over(bool isIdle)
    {
        PoolRules rules = Rules(1) with { MaxTasksPerChild = isIdle ? null : 1 };
        var world = new PoolWorld(rules);
        world.Submit();
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Run();
        world.Close();
        Assert.True(worker.IsAskedToLeave);
        world.Pass(rules.LeaveTimeout - TimeSpan.FromTicks(1));
        Assert.False(worker.IsDead);
        world.Pass(TimeSpan.FromTicks(1));
        Assert.True(worker.IsDead);
        worker.BeBuried();
        world.AssertNothingIsLeft();
    }
}
