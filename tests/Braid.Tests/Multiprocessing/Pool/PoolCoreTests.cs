using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>The rules of a pool's state machine, one by one, in virtual time.</summary>
public sealed partial class PoolCoreTests : TimedTest
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Workers_start_when_there_is_work_and_no_more_than_there_is()
    {
        var world = new PoolWorld(Rules(4));
        Assert.Empty(world.Workers);
        world.Submit();
        Assert.Single(world.Workers);
        world.Submit();
        Assert.Equal(2, world.Workers.Count);
        Array.ForEach([.. world.Workers], static worker => worker.Ready());
        world.Workers[0].Run();
        world.Submit();
        Assert.Equal(2, world.Workers.Count);
        world.Submit(10);
        Assert.Equal(4, world.Workers.Count);
    }

    [Fact]
    public void A_worker_gets_one_task_ahead_and_more_when_its_tasks_are_short()
    {
        var world = new PoolWorld(Rules(1));
        world.Submit(50);
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        Assert.Equal(2, worker.Slot.Outstanding.Count);
        worker.Run();
        Assert.Equal(33, worker.Slot.Outstanding.Count);
        worker.Begin();
        world.Pass(s_second);
        worker.Answer();
        Assert.Single(worker.Slot.Outstanding);
        Finish(world);
    }

    [Fact]
    public void An_idle_worker_takes_what_a_busy_one_has_not_begun()
    {
        (PoolWorld world, PlayedWorker busy, PlayedWorker other) = TwoWorkers(Rules(2));
        PlayedCall[] calls = world.Submit(4);
        busy = WorkerOf(world, calls[0]);
        other = world.Workers.Single(worker => worker != busy);
        busy.Begin();
        other.Run();
        other.Run();
        other.Run();
        Assert.All(calls[1..], static call => Assert.True(call.Done));
        Assert.Equal(calls[0].Task, Assert.Single(busy.Slot.Outstanding));
        Finish(world);
    }

    [Fact]
    public void What_waits_behind_a_task_that_turns_out_long_goes_to_others_that_are_busy_too()
    {
        var world = new PoolWorld(Rules(2));
        PlayedCall[] calls = world.Submit(100);
        world.Workers[0].Ready();
        world.Workers[1].Ready();
        world.Workers[0].Begin();
        Assert.Same(world.Workers[0].Slot, calls[1].Task.Slot);
        world.PassToDue();
        Assert.Null(calls[1].Task.Slot);
        Assert.Single(world.Workers[0].Slot.Outstanding);
        world.Workers[1].Run();
        world.Workers[1].Run();
        world.Workers[1].Run();
        Assert.True(calls[1].Done);
        Finish(world);
    }

    [Fact]
    public void What_is_queued_behind_a_long_task_makes_another_worker_start()
    {
        (PoolWorld world, PlayedWorker first, PlayedWorker second) = TwoWorkers(Rules(2));
        second.DieAndBeBuried();
        PlayedCall[] calls = world.Submit(2);
        Assert.Equal(first.Slot, calls[0].Task.Slot);
        first.Begin();
        Assert.Equal(3, world.Workers.Count);
        world.Workers[2].Ready();
        world.Workers[2].Run();
        Assert.True(calls[1].Done);
        Finish(world);
    }

    [Fact]
    public void A_task_that_has_not_begun_is_cancelled_without_a_kill_and_one_that_runs_by_one()
    {
        var world = new PoolWorld(Rules(1));
        PlayedCall[] calls = world.Submit(4);
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Begin();
        Assert.True(calls[3].Cancel());
        Assert.True(calls[1].Cancel());
        Assert.False(worker.IsDead);
        Assert.True(calls[0].Cancel());
        Assert.True(worker.IsDead);
        worker.BeBuried();
        Assert.Equal(3, world.Core.CancelledCount);
        Finish(world);
        Assert.Equal(1, world.Core.DoneCount);
        Assert.Equal(0, calls[1].Begun);
    }

    [Fact]
    public void A_kill_does_not_hit_the_task_that_was_begun_meanwhile()
    {
        var world = new PoolWorld(Rules(1)) { TimeLimit = s_second };
        PlayedCall[] calls = world.Submit(3);
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Begin();
        worker.Say();
        worker.Begin();
        Assert.True(calls[0].Cancel());
        Assert.False(worker.IsDead);
        worker.BeHeard();
        Assert.Equal(1, world.Core.CancelledCount);
        worker.Say();
        world.Pass(s_second);
        Assert.True(worker.IsDead);
        worker.BeHeard();
        worker.BeBuried();
        Finish(world);
        Assert.Equal(2, world.Core.DoneCount);
        Assert.Equal(0, world.Core.FailedCount);
    }

    [Fact]
    public void A_worker_that_dies_costs_the_one_task_it_was_running()
    {
        var world = new PoolWorld(Rules(1));
        PlayedCall[] calls = world.Submit(3);
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Run();
        worker.Begin();
        worker.DieAndBeBuried(-11);
        var failure = Assert.IsType<WorkerCrashedException>(calls[1].Failure);
        Assert.Equal(-11, failure.Worker!.ExitCode);
        Finish(world);
        Assert.Equal((2, 1, 0, 1), (world.Core.DoneCount, world.Core.FailedCount, world.Core.CancelledCount, world.Core.RestartCount));
    }

    [Fact]
    public void An_answer_that_was_given_before_the_death_counts()
    {
        var world = new PoolWorld(Rules(1));
        PlayedCall call = world.Submit();
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Begin();
        worker.Say();
        worker.Die();
        worker.BeHeard();
        worker.BeBuried();
        Assert.Equal(1, call.Result());
        Finish(world);
        Assert.Equal(1, call.Begun);
    }

    [Fact]
    public void Every_worker_may_die_at_once_and_each_running_task_has_its_own_error()
    {
        var world = new PoolWorld(Rules(3));
        PlayedCall[] calls = world.Submit(20);
        PlayedWorker[] workers = [.. world.Workers];
        Array.ForEach(workers, static worker => worker.Ready());
        Array.ForEach(workers, static worker => worker.Begin());
        Array.ForEach(workers, static worker => worker.Die());
        Array.ForEach(workers, static worker => worker.BeBuried());
        Exception[] failures = [.. calls.Select(static call => call.Failure).OfType<WorkerCrashedException>()];
        Assert.Equal(3, failures.Distinct(ReferenceEqualityComparer.Instance).Count());
        Finish(world);
        Assert.Equal(17, world.Core.DoneCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_task_that_crashes_each_worker_is_given_up_after_its_retries(int retries)
    {
        var world = new PoolWorld(Rules(1) with { Retries = retries });
        PlayedCall poison = world.Submit();
        PlayedCall other = world.Submit();
        for (int attempt = 0; attempt <= retries; attempt++)
        {
            Assert.False(poison.Done);
            PlayedWorker worker = world.Workers[^1];
            worker.Ready();
            worker.Begin();
            worker.DieAndBeBuried(exitCode: 7);
        }

        var failure = Assert.IsType<WorkerExitedException>(poison.Failure);
        Assert.Equal(retries, failure.Message.Split("attempt ").Length - 1);
        Assert.Equal(1 + retries, poison.Begun);
        Finish(world);
        Assert.Equal(1, other.Result());
        Assert.Equal(1, other.Begun);
    }

    [Fact]
    public void Exceptions_and_crashes_are_retried_from_budgets_of_their_own()
    {
        var world = new PoolWorld(Rules(1) with { Retries = 1, ExceptionRetries = 1 });
        PlayedCall call = world.Submit();
        world.Workers[0].Ready();
        world.Workers[0].Run(failed: true);
        Assert.False(call.Done);
        world.Workers[0].Begin();
        world.Workers[0].DieAndBeBuried();
        Assert.False(call.Done);
        world.Workers[1].Ready();
        world.Workers[1].Run(failed: true);
        Assert.IsType<ArithmeticException>(call.Failure);
        Assert.Equal((3, 2), (call.Begun, world.Core.RetriedCount));
        Finish(world);
    }

    [Fact]
    public void Answers_without_a_request_end_their_worker()
    {
        var world = new PoolWorld(Rules(1));
        PlayedCall call = world.Submit();
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Begin();
        world.MayKillAnybody = true;
        world.Act(() => Assert.Null(world.Core.OnAnswer(worker.Slot, 77, failed: false, ranOutOfMemory: false)));
        Assert.True(worker.IsDead);
        worker.BeBuried();
        Assert.IsType<WorkerCrashedException>(call.Failure);
        Finish(world);
    }

    private static PoolRules Rules(int maxWorkers) => new() { MaxWorkers = maxWorkers };

    private static PlayedWorker WorkerOf(PoolWorld world, PlayedCall call) => world.Workers.Single(worker => worker.Slot == call.Task.Slot);

    /// <summary>Two workers that have run something short and are idle; the first is the next to be used.</summary>
    private static (PoolWorld World, PlayedWorker First, PlayedWorker Second) TwoWorkers(PoolRules rules)
    {
        var world = new PoolWorld(rules);
        world.Submit(2);
        Array.ForEach([.. world.Workers], static worker => worker.Ready());
        foreach (PlayedWorker worker in world.Workers)
        {
            worker.Begin();
        }

        world.Pass(s_second);
        world.Workers[1].Answer();
        world.Workers[0].Answer();
        return (world, world.Workers[0], world.Workers[1]);
    }

    /// <summary>A worker begins its task, and no kill ends it.</summary>
    private static PlayedWorker BeginStuck(PoolWorld world, int number = 0)
    {
        PlayedWorker stuck = world.Workers[number];
        stuck.Ready();
        stuck.SurvivesKills = true;
        stuck.Begin();
        return stuck;
    }

    /// <summary>The first worker begins a task, comes up to its memory limit of 100, and is killed above it.</summary>
    private static PlayedWorker BeginTooLarge(PoolWorld world)
    {
        PlayedWorker worker = world.Workers[0];
        worker.Ready();
        worker.Begin();
        world.Act(() => world.Core.OnMemory(worker.Slot, 100));
        Assert.False(worker.IsDead);
        world.Act(() => world.Core.OnMemory(worker.Slot, 101));
        Assert.True(worker.IsDead);
        return worker;
    }

    private static void Finish(PoolWorld world)
    {
        world.Settle();
        world.Close();
        world.Settle();
        world.AssertNothingIsLeft();
    }
}
