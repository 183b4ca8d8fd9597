using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What surrounds a pool's state machine, played: its workers, its callers, and the time. It objects to whatever must never happen.</summary>
internal sealed class PoolWorld : IPoolEffects
{
    private readonly PoolRules _rules;
    private readonly HashSet<PoolTask> _begun = [];
    private readonly List<Action> _outcomes = [];   // as in a real pool, outcomes come after the gate

    public PoolWorld(PoolRules rules)
    {
        _rules = rules;
        Core = new PoolCore(rules, this, () => Clock);
    }

    public PoolCore Core { get; }

    public long Clock { get; set; } = TimeSpan.TicksPerHour;

    public List<PlayedCall> Calls { get; } = [];

    public List<PlayedWorker> Workers { get; } = [];

    public int ClosedCount { get; private set; }

    /// <summary>Workers that the pool has told to have ended unwanted.</summary>
    public int RestartCount { get; private set; }

    public bool IsForced { get; private set; }

    /// <summary>A worker that ran wild is killed whatever it runs.</summary>
    public bool MayKillAnybody { get; set; }

    /// <summary>Messages a worker's ring takes, also those that were taken back and not skipped yet.</summary>
    public int RingRoom { get; set; } = int.MaxValue;

    /// <summary>How long each task, or item, may run that is submitted from now on; null: no limit.</summary>
    public TimeSpan? TimeLimit { get; set; }

    public PlayedCall Submit()
    {
        var call = new PlayedCall(this);
        call.Task = new PoolTask(Calls.Count + 1, request: null, call, function: null) { TimeLimit = TimeLimit };
        Calls.Add(call);
        Act(() => Core.Submit(call.Task));
        return call;
    }

    /// <summary>Submits a chunk of a map.</summary>
    public PlayedCall SubmitChunk(int items, bool callsAll = true)
    {
        var call = new PlayedCall(this) { ItemsBegun = new int[items] };
        call.Task = new PoolTask(Calls.Count + 1, request: null, call, function: null) { Chunk = new ChunkProgress(items, callsAll), TimeLimit = TimeLimit };
        Calls.Add(call);
        Act(() => Core.Submit(call.Task));
        return call;
    }

    public PlayedCall[] Submit(int count) => [.. Enumerable.Range(0, count).Select(_ => Submit())];

    public void Close(bool cancelPending = false) => Act(() => Core.Close(cancelPending));

    public void CloseByForce(ExitReason reason, TimeSpan? deadline = null)
    {
        IsForced = true;
        Act(() => Core.CloseByForce(reason, deadline));
    }

    public void Resize(int maxWorkers) => Act(() => Core.Resize(maxWorkers));

    public void Pass(TimeSpan time)
    {
        Clock += time.Ticks;
        Act(Core.Tick);
    }

    /// <summary>Lets time pass until something is due.</summary>
    public void PassToDue()
    {
        Clock = Math.Max(Clock, Core.DueAt);
        Act(Core.Tick);
    }

    public void Act(Action what)
    {
        what();
        while (_outcomes.Count > 0)
        {
            Action[] now = [.. _outcomes];
            _outcomes.Clear();
            Array.ForEach(now, static outcome => outcome());
        }

        AssertInvariants();
    }

    /// <summary>Goes on without further mishaps until nothing moves any more.</summary>
    public void Settle()
    {
        for (int step = 0; step < 10_000; step++)
        {
            if (Workers.FirstOrDefault(static worker => worker.CanMove) is { } mover)
            {
                mover.Move();
            }
            else if (Core.DueAt != long.MaxValue && Core.DueAt <= Clock + TimeSpan.TicksPerHour)
            {
                PassToDue();
            }
            else
            {
                return;
            }
        }

        Assert.Fail("The pool goes on forever.");
    }

    /// <summary>What must hold once the pool is shut down and everything has settled.</summary>
    public void AssertNothingIsLeft()
    {
        Assert.Equal(1, ClosedCount);
        Assert.True(Core.IsClosed);
        Assert.Empty(Core.Slots);
        Assert.All(Calls, static call => Assert.True(call.Done && call.Task.IsEnded, $"Task {call.Task.Id} has not ended."));
        Assert.All(Workers, static worker => Assert.True(worker.IsDead || worker.SurvivesKills, $"Worker {worker.Slot.Number} lives on."));
        Assert.Equal(Calls.Count, Core.DoneCount + Core.FailedCount + Core.CancelledCount);
    }

    /// <summary>Everything that tells this state from others.</summary>
    public string Signature()
    {
        string tasks = string.Join(' ', Calls.Select(call => $"{call.Task.Slot?.Number}{call}{call.Begun}{call.Task.Crashes}{call.Task.Failures}{call.Task.Chunk?.First}{call.Task.Chunk?.CrashedAt}:{string.Concat(call.ItemsBegun)}"));
        string workers = string.Join(' ', Workers.Select(worker => $"{worker}{worker.Slot.State}{worker.Slot.Sent}{worker.Slot.Ended}{(worker.Slot.DueAt == long.MaxValue ? 0 : worker.Slot.DueAt - Clock)}:{string.Join(',', worker.Slot.Outstanding.Select(static task => task.Id))}"));
        return $"{tasks}|{workers}|{Core.PendingCount} {Core.IsClosing} {Core.IsClosed} {IsForced} {Core.RetriedCount} {Core.LostCount} {(Core.DueAt == long.MaxValue ? 0 : Core.DueAt - Clock)}";
    }

    void IPoolEffects.StartWorker(PoolSlot slot) => Workers.Add(new PlayedWorker(this, slot));

    bool IPoolEffects.TrySend(PoolSlot slot, PoolTask task) => WorkerOf(slot).TryTake(task, RingRoom);

    bool IPoolEffects.TryTakeBack(PoolSlot slot, PoolTask task) => WorkerOf(slot).TryGiveBack(task);

    void IPoolEffects.AskToLeave(PoolSlot slot) => WorkerOf(slot).IsAskedToLeave = true;

    void IPoolEffects.Kill(PoolSlot slot, ExitReason reason)
    {
        PlayedWorker worker = WorkerOf(slot);
        if (worker is { IsDead: false, Running: { } victim } && !IsForced && !MayKillAnybody)
        {
            bool isMeant = reason switch
            {
                ExitReason.Killed => victim.Call.Future.Cancelled,
                ExitReason.TimedOut when victim.Chunk is not null => worker.IsStopped,
                ExitReason.TimedOut => slot.Outstanding.First?.Value == victim && Clock - slot.BegunAt >= victim.TimeLimit!.Value.Ticks,
                _ => true,
            };
            Assert.True(isMeant, $"Task {victim.Id} is hit by a kill ({reason}) that was meant for another.");
        }

        worker.TakeKill(reason);
    }

    void IPoolEffects.Fail(PoolTask task, Exception exception, byte[]? inner) => _outcomes.Add(() => Assert.True(task.Call.Future.TrySetException(exception) || task.Call.Future.Cancelled));

    void IPoolEffects.OnBegun(PoolTask task) => Assert.True(_begun.Add(task), $"Task {task.Id} is said to begin twice.");

    void IPoolEffects.Complete(PoolTask task) => _outcomes.Add(() => Assert.True(task.Call.Future is PlayedCall call && call.TryEnd()));

    long? IPoolEffects.TryStopItem(PoolSlot slot, PoolTask task, TimeSpan limit) => WorkerOf(slot).TryStopItem(task, limit);

    LeftItems IPoolEffects.ReadItems(PoolSlot slot, PoolTask task) => WorkerOf(slot).LeftOf(task);

    void IPoolEffects.Cancel(PoolTask task) => _outcomes.Add(() => Assert.True(task.Call.Future.Cancel()));

    void IPoolEffects.OnRestart(PoolSlot slot, ExitReason reason) => RestartCount++;

    void IPoolEffects.OnClosed() => ClosedCount++;

    private PlayedWorker WorkerOf(PoolSlot slot) => Workers.Single(worker => worker.Slot == slot);

    private void AssertInvariants()
    {
        Assert.InRange(ClosedCount, 0, 1);
        Assert.Equal(Calls.Count, Core.PendingCount + Core.RunningCount + Core.DoneCount + Core.FailedCount + Core.CancelledCount);
        Assert.InRange(Core.LostTaskCount, 0, Core.FailedCount);
        Assert.Equal(Core.RestartCount, RestartCount);
        Assert.All(Calls, call => Assert.True(!call.Running || _begun.Contains(call.Task), $"Task {call.Task.Id} runs and is not said to."));
        int prefetched = 0;
        foreach (PoolSlot slot in Core.Slots)
        {
            Assert.InRange(slot.Outstanding.Count, 0, 33);
            Assert.All(slot.Outstanding, task => Assert.Same(slot, task.Slot));
            prefetched += Math.Max(0, slot.Outstanding.Count - 1);
            Assert.True(slot.DueAt >= Core.DueAt, $"Slot {slot.Number} is due before the pool looks.");
        }

        bool roomIsFree = RingRoom == int.MaxValue && Core.Slots.Any(static slot => slot is { State: SlotState.Ready, Outstanding.Count: 0 });
        Assert.True(!roomIsFree || Core.PendingCount == prefetched, "A task is pending beside an idle worker.");
        Assert.All(Calls, call => Assert.All(call.ItemsBegun, begun => Assert.InRange(begun, 0, 1 + _rules.Retries)));
        Assert.All(Calls.Where(static call => call.Task.Chunk is null), call => Assert.InRange(call.Begun, 0, 1 + Math.Min(call.Task.Crashes, _rules.Retries) + Math.Min(call.Task.Failures, _rules.ExceptionRetries)));
        Assert.All(Workers, worker => Assert.InRange(worker.BegunCount, 0, _rules.MaxTasksPerChild ?? int.MaxValue));
    }
}
