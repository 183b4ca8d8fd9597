using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>A worker process as a test plays it: what it begins, when it answers, how it dies.</summary>
internal sealed class PlayedWorker(PoolWorld world, PoolSlot slot)
{
    private readonly LinkedList<Message> _ring = new();   // what was sent and not read, oldest first
    private readonly System.Collections.Generic.Queue<(PoolTask Task, bool Failed, bool IsFull)> _said = new();
    private bool _isFull;
    private PoolTask? _chunk;                             // the last chunk it began
    private int _item;                                    // of it: what runs
    private long _itemBegunAt;
    private ExitReason _killReason;
    private int _exitCode;
    private bool _isReaped;

    public PoolSlot Slot => slot;

    public bool IsReady { get; private set; }

    public bool IsDead { get; private set; }

    public bool IsAskedToLeave { get; set; }

    /// <summary>What it runs.</summary>
    public PoolTask? Running { get; private set; }

    /// <summary>Whether the parent has stopped the item that runs.</summary>
    public bool IsStopped { get; private set; }

    public int BegunCount { get; private set; }

    /// <summary>It hangs inside the kernel.</summary>
    public bool SurvivesKills { get; set; }

    /// <summary>It handles the request to end, and goes on.</summary>
    public bool IgnoresRequestsToEnd { get; set; }

    public bool CanClaim => IsReady && !IsDead && Running is null && _ring.Count > 0 && (!_isFull || _ring.First!.Value.IsTakenBack);

    public bool CanEndItem => !IsDead && Running is { Chunk: { } chunk } && _item < chunk.Count && !IsStopped;

    public bool CanAnswer => !IsDead && Running is not null && (Running.Chunk is null || _item == Running.Chunk.Count);

    public bool CanLeave => IsReady && !IsDead && IsAskedToLeave && Running is null && _ring.Count == 0;

    public bool CanBeHeard => _said.Count > 0;

    public bool CanBeReaped => IsDead && !_isReaped && _said.Count == 0;

    public bool CanMove => !SurvivesKills && (CanBeHeard || CanBeReaped || CanClaim || CanEndItem || CanAnswer || CanLeave || (!IsReady && !IsDead));

    public void Ready()
    {
        IsReady = true;
        world.Act(() => world.Core.OnReady(slot));
    }

    public void FailToStart()
    {
        IsDead = true;
        _isReaped = true;
        world.Act(() => world.Core.OnStartFailed(slot, new WorkerStartException("no process")));
    }

    /// <summary>Reads its next message: begins its task, or skips it when it was taken back.</summary>
    public void Claim()
    {
        Message message = _ring.First!.Value;
        _ring.RemoveFirst();
        if (message.IsTakenBack)
        {
            return;
        }

        Running = message.Task;
        BegunCount++;
        ((PlayedCall)message.Task.Call).Begun++;
        if (Running.Chunk is { } chunk)
        {
            (_chunk, _item) = (Running, chunk.First);
            BeginItem();
        }
    }

    /// <summary>Ends the item of a chunk that runs, and begins the next.</summary>
    public void EndItem()
    {
        _item++;
        BeginItem();
    }

    public long? TryStopItem(PoolTask task, TimeSpan limit)
    {
        if (_chunk != task)
        {
            return null;
        }

        if (_item == task.Chunk!.Count || world.Clock - _itemBegunAt < limit.Ticks)
        {
            return _item == task.Chunk.Count ? world.Clock + limit.Ticks : _itemBegunAt + limit.Ticks;
        }

        IsStopped = true;
        return null;
    }

    public LeftItems LeftOf(PoolTask task)
    {
        int first = task.Chunk!.First;
        return _chunk != task ? new LeftItems(first, null)
            : new LeftItems(_item, _item == first ? null : new KeptItems([], 0, 0, _item - first));
    }

    /// <summary>Begins its next task, and skips what was taken back before it.</summary>
    public void Begin()
    {
        while (Running is null)
        {
            Claim();
        }
    }

    /// <summary>Ends its task; the answer is on the way.</summary>
    /// <param name="failed">Whether with an exception.</param>
    /// <param name="isFull">Whether it begins nothing any more, for lack of memory.</param>
    public void Say(bool failed = false, bool isFull = false)
    {
        _said.Enqueue((Running!, failed, isFull));
        _isFull |= isFull;
        Running = null;
    }

    /// <summary>The parent gets its oldest answer.</summary>
    public void BeHeard()
    {
        (PoolTask task, bool failed, bool isFull) = _said.Dequeue();
        world.Act(() =>
        {
            if (world.Core.OnAnswer(slot, task.Id, failed, ranOutOfMemory: false, isFull) is { } answered)
            {
                Assert.Same(task, answered);
                ((PlayedCall)task.Call).End(failed);
            }
        });
    }

    public void Answer(bool failed = false)
    {
        Say(failed);
        BeHeard();
    }

    /// <summary>Begins what is next and answers.</summary>
    public void Run(bool failed = false)
    {
        Begin();
        Answer(failed);
    }

    public void Die(int exitCode = -9)
    {
        IsDead = true;
        _exitCode = exitCode;
    }

    public void BeBuried()
    {
        _isReaped = true;
        ExitReason reason = _exitCode < 0 ? _killReason == ExitReason.None ? ExitReason.Signaled : _killReason : ExitReason.Exited;
        world.Act(() => world.Core.OnDeath(slot, new WorkerEnd(1000 + slot.Number, _exitCode, reason, TimeSpan.Zero, PrivateBytes: null, "")));
    }

    public void DieAndBeBuried(int exitCode = -9)
    {
        Die(exitCode);
        BeBuried();
    }

    /// <summary>Does the next thing that no mishap is needed for.</summary>
    public void Move()
    {
        if (CanBeHeard)
        {
            BeHeard();
        }
        else if (CanBeReaped)
        {
            BeBuried();
        }
        else if (!IsReady)
        {
            Ready();
        }
        else if (CanEndItem)
        {
            EndItem();
        }
        else if (CanAnswer)
        {
            Say();
        }
        else if (CanClaim)
        {
            Claim();
        }
        else
        {
            Die(0);
        }
    }

    public bool TryTake(PoolTask task, int room)
    {
        Assert.False(IsAskedToLeave, "A worker that was told to leave gets a task.");
        if (_ring.Count >= room)
        {
            return false;
        }

        _ring.AddLast(new Message(task));
        return true;
    }

    public bool TryGiveBack(PoolTask task)
    {
        Message? message = _ring.SingleOrDefault(message => message.Task == task && !message.IsTakenBack);
        if (message is null)
        {
            return false;
        }

        message.IsTakenBack = true;
        return true;
    }

    public void TakeKill(ExitReason reason)
    {
        if (IsDead)
        {
            return;
        }

        _killReason = _killReason == ExitReason.None ? reason : _killReason;
        if (!SurvivesKills && !(IgnoresRequestsToEnd && reason == ExitReason.Terminated))
        {
            IsDead = true;
            _exitCode = reason == ExitReason.Terminated ? -15 : -9;
        }
    }

    public override string ToString() =>
        $"{_chunk?.Id}.{_item}{(IsStopped ? "s" : "")}{(CanEndItem ? world.Clock - _itemBegunAt : 0)} {slot.Number}{(IsReady ? "r" : "")}{(IsDead ? "d" : "")}{(_isReaped ? "b" : "")}{(IsAskedToLeave ? "l" : "")}{(_isFull ? "f" : "")}{Running?.Id}[{string.Join(',', _ring.Select(static message => message.IsTakenBack ? -message.Task.Id : message.Task.Id))}]{string.Join(',', _said.Select(static said => said.Task.Id))}";

    private void BeginItem()
    {
        _itemBegunAt = world.Clock;
        if (_item < _chunk!.Chunk!.Count)
        {
            ((PlayedCall)_chunk.Call).ItemsBegun[_item]++;
        }
    }

    private sealed class Message(PoolTask task)
    {
        public PoolTask Task => task;

        public bool IsTakenBack { get; set; }
    }
}
