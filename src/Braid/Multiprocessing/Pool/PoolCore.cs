namespace Braid.Multiprocessing;

/// <summary>The state machine of a process pool: which worker does what, and what becomes of a task whose worker dies.</summary>
/// <remarks>
/// <para>
/// Goals: every task ends exactly once; the loss of a worker costs the one task it was running; blame and retry are exact; nothing
/// queued by users and nothing made by failures grows without limit. Means: the pool itself chooses the worker of each task, and always
/// knows what each worker has. There is no state "broken".
/// </para>
/// <para>
/// It is fed by events - a submission, an answer, a death, the passing of time - one at a time, under the gate of its owner, and acts
/// through <see cref="IPoolHands"/>. There is no I/O, no clock, no user code and no waiting in it, so that a test can play every order of
/// events in virtual time.
/// </para>
/// <code>
///            Submit                    TrySend                 OnAnswer
///   caller ----------> pending (FIFO) ---------> outstanding ----------> done
///                         ^                       of a slot
///                         |   not begun: taken back, or its worker died
///                         +---------------------------+
///                             begun, and retries left
/// </code>
/// <para>
/// A worker gets its next tasks before it asks, or it would wait a round trip after each: one or two, more when tasks are short. What it
/// has not begun is taken back when another worker is idle, when its future is cancelled, or when it dies. Worker and pool race for a
/// task by one compare-exchange in the message, so a task is begun once or taken back, never both.
/// </para>
/// </remarks>
internal sealed partial class PoolCore(PoolRules rules, IPoolHands hands, Func<long> clock)
{
    private const int MostAhead = 32;
    private const long ShortTask = TimeSpan.TicksPerMillisecond / 2;   // tasks shorter than this are sent ahead by the dozen

    private readonly LinkedList<PoolTask> _pending = new();
    private readonly List<PoolSlot> _slots = [];
    private readonly List<PoolSlot> _idle = [];        // the last to become idle is the first to be used
    private int _maxWorkers = rules.MaxWorkers;
    private int _madeSlots;
    private int _failedStarts;                         // in a row
    private long _mayStartAt = long.MinValue;
    private Exception? _lastStartFailure;
    private bool _isClosing;
    private bool _isClosed;

    public long DoneCount { get; private set; }

    public long FailedCount { get; private set; }

    public long CancelledCount { get; private set; }

    public long RetriedCount { get; private set; }

    public long RestartCount { get; private set; }

    public int PendingCount => _pending.Count + _slots.Sum(static slot => Math.Max(0, slot.Outstanding.Count - 1));

    public int RunningCount => _slots.Count(static slot => slot.Outstanding.Count > 0);

    public bool IsClosing => _isClosing;

    public bool IsClosed => _isClosed;

    public IReadOnlyList<PoolSlot> Slots => _slots;

    /// <summary>Takes a task in.</summary>
    public void Submit(PoolTask task)
    {
        _pending.AddLast(task);
        Dispatch();
    }

    /// <summary>A task's future was cancelled by its user.</summary>
    public void Cancel(PoolTask task)
    {
        if (task.IsEnded)
        {
            return;
        }

        if (task.Slot is not { } slot)
        {
            _pending.Remove(task);
            EndCancelled(task);
        }
        else if (TakeBack(slot, task))
        {
            EndCancelled(task);
            BeginNext(slot);
        }
        else
        {
            Kill(slot, ExitReason.Killed);
        }

        Dispatch();
        CloseIfDone();
    }

    /// <summary>Takes no more tasks; those it has still run, unless they are to be cancelled.</summary>
    public void Close(bool cancelPending)
    {
        _isClosing = true;
        if (cancelPending)
        {
            CancelAllPending();
        }

        CloseIfDone();
    }

    /// <summary>Takes no more tasks, cancels those that have not begun, and kills the workers of those that have.</summary>
    public void CloseByForce(ExitReason reason)
    {
        _isClosing = true;
        CancelAllPending();
        foreach (PoolSlot slot in _slots.ToArray())
        {
            Kill(slot, reason);
        }

        CloseIfDone();
    }

    /// <summary>Changes how many workers there may be. Those that are too many leave when they have done what they are doing.</summary>
    public void Resize(int maxWorkers)
    {
        _maxWorkers = maxWorkers;
        IEnumerable<PoolSlot> staying = _slots.Where(static slot => slot.State is SlotState.Ready or SlotState.Starting);
        foreach (PoolSlot slot in staying.OrderBy(static slot => slot.Outstanding.Count).SkipLast(maxWorkers).ToArray())
        {
            Retire(slot);
        }

        Dispatch();
    }

    /// <summary>Does what is due.</summary>
    /// <returns>When something is due next.</returns>
    public long Tick()
    {
        long now = clock();
        foreach (PoolSlot slot in _slots.ToArray())
        {
            if (slot.DueAt <= now)
            {
                OnDue(slot);
            }
        }

        if (_mayStartAt <= now)
        {
            Dispatch();
        }

        long next = _slots.Count == 0 ? long.MaxValue : _slots.Min(static slot => slot.DueAt);
        return _pending.Count > 0 && _mayStartAt > now ? Math.Min(next, _mayStartAt) : next;
    }

    private void Dispatch()
    {
        StartWorkers();
        while (_pending.First is { Value: var task } && NextSlot() is { } slot)
        {
            _pending.RemoveFirst();
            if (!Give(slot, task))
            {
                _pending.AddFirst(task);
                return;
            }
        }

        while (_pending.Count == 0 && _idle.Count > 0 && Steal())
        {
        }
    }

    /// <summary>Has as many workers started as there are tasks that nobody is about to take.</summary>
    private void StartWorkers()
    {
        int starting = _slots.Count(static slot => slot.State == SlotState.Starting);
        int wanted = Math.Min(_maxWorkers - _slots.Count(static slot => slot.State != SlotState.Killed), _pending.Count - starting - _idle.Count);
        if (wanted <= 0 || clock() < _mayStartAt)
        {
            return;
        }

        if (_failedStarts > 0)
        {
            wanted = starting == 0 ? 1 : 0;   // try with one
        }

        for (int count = 0; count < wanted; count++)
        {
            var slot = new PoolSlot(++_madeSlots) { DueAt = clock() + rules.StartTimeout.Ticks };
            _slots.Add(slot);
            hands.StartWorker(slot);
        }
    }

    private PoolSlot? NextSlot()
    {
        if (_idle.Count > 0)
        {
            PoolSlot idle = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            return idle;
        }

        PoolSlot? best = null;
        foreach (PoolSlot slot in _slots)
        {
            if (slot.State == SlotState.Ready && slot.Outstanding.Count < WindowOf(slot) && (best is null || slot.Outstanding.Count < best.Outstanding.Count))
            {
                best = slot;
            }
        }

        return best;
    }

    private static int WindowOf(PoolSlot slot) => slot.Ended == 0 || slot.UsualTicks > ShortTask ? 2 : 1 + MostAhead;

    /// <returns>False when the worker's ring is full.</returns>
    private bool Give(PoolSlot slot, PoolTask task)
    {
        if (task.Call.Future.Done)
        {
            MakeIdle(slot);
            EndCancelled(task);   // its cancellation waits for the gate, and will find it ended
            return true;
        }

        if (!hands.TrySend(slot, task))
        {
            MakeIdle(slot);
            return false;
        }

        task.Slot = slot;
        slot.Outstanding.AddLast(task);
        slot.Sent++;
        if (slot.Outstanding.Count == 1)
        {
            BeginNext(slot);
        }

        if (slot.Sent == rules.MaxTasksPerChild)
        {
            slot.State = SlotState.Leaving;
            hands.AskToLeave(slot);
        }

        return true;
    }

    private void MakeIdle(PoolSlot slot)
    {
        if (slot.State == SlotState.Ready && slot.Outstanding.Count == 0 && !_idle.Contains(slot))
        {
            _idle.Add(slot);
        }
    }

    /// <summary>The first of a worker's tasks is what it runs now.</summary>
    private void BeginNext(PoolSlot slot)
    {
        if (slot.Outstanding.First is { Value: var task })
        {
            slot.BegunAt = clock();
            slot.DueAt = rules.TaskTimeout is TimeSpan limit ? slot.BegunAt + limit.Ticks : long.MaxValue;
            if (!task.Call.Future.Running && !task.Call.Future.Done)
            {
                task.Call.Future.SetRunningOrNotifyCancel();
            }

            return;
        }

        slot.BegunAt = 0;
        slot.DueAt = slot.State == SlotState.Leaving ? clock() + rules.LeaveTimeout.Ticks : long.MaxValue;
        MakeIdle(slot);
    }

    /// <summary>Takes a task for an idle worker from the one that has most.</summary>
    private bool Steal()
    {
        PoolSlot? richest = _slots.Where(static slot => slot.Outstanding.Count > 1).MaxBy(static slot => slot.Outstanding.Count);
        if (richest is null || !TakeBack(richest, richest.Outstanding.Last!.Value, out PoolTask? task))
        {
            return false;
        }

        PoolSlot idle = NextSlot()!;
        if (Give(idle, task))
        {
            return true;
        }

        _pending.AddFirst(task);
        return false;
    }

    private bool TakeBack(PoolSlot slot, PoolTask task) => TakeBack(slot, task, out _);

    private bool TakeBack(PoolSlot slot, PoolTask task, out PoolTask taken)
    {
        taken = task;
        if (!hands.TryTakeBack(slot, task))
        {
            return false;
        }

        slot.Outstanding.Remove(task);
        slot.Sent--;
        task.Slot = null;
        return true;
    }

    /// <summary>A worker takes no more tasks.</summary>
    private void Retire(PoolSlot slot)
    {
        if (slot.State == SlotState.Starting)
        {
            Kill(slot, ExitReason.Killed);
            return;
        }

        slot.State = SlotState.Leaving;
        _idle.Remove(slot);
        while (slot.Outstanding.Count > 1 && TakeBack(slot, slot.Outstanding.Last!.Value, out PoolTask task))
        {
            _pending.AddFirst(task);
        }

        hands.AskToLeave(slot);
        if (slot.Outstanding.Count == 0)
        {
            slot.DueAt = clock() + rules.LeaveTimeout.Ticks;
        }
    }

    private void EndCancelled(PoolTask task)
    {
        CancelledCount++;
        task.End();
    }

    private void CancelAllPending()
    {
        foreach (PoolSlot slot in _slots)
        {
            while (slot.Outstanding.Last is { Value: var last } && last.Call.Future is { Running: false } && TakeBack(slot, last))
            {
                _pending.AddLast(last);
            }
        }

        foreach (PoolTask task in _pending)
        {
            EndCancelled(task);
            hands.Cancel(task);
        }

        _pending.Clear();
    }

    private void CloseIfDone()
    {
        if (!_isClosing || _isClosed || _pending.Count > 0 || _slots.Exists(static slot => slot.Outstanding.Count > 0))
        {
            return;
        }

        foreach (PoolSlot slot in _slots.ToArray())
        {
            if (slot.State is SlotState.Ready or SlotState.Starting)
            {
                Retire(slot);
            }
        }

        if (_slots.Count == 0)
        {
            _isClosed = true;
            hands.OnClosed();
        }
    }
}
