namespace Braid.Multiprocessing;

/// <summary>The state machine of a process pool: which worker runs which task, and what becomes of a task whose worker dies.</summary>
/// <remarks>
/// <para>
/// Goals: every task ends exactly once; the loss of a worker costs the one task it was running; blame and retries are exact; no queue and
/// no consequence of a failure grows without limit. Means: the pool itself chooses the worker of each task, and always knows which tasks
/// each worker has. There is no state "broken".
/// </para>
/// <para>
/// It is driven by events (a submission, an answer, a death, the passing of time), one at a time, under the gate of its owner, and acts
/// through <see cref="IPoolEffects"/>. It contains no I/O, no clock, no user code and no waiting, so that a test can play every order of
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
/// A worker gets its next tasks before it asks, because it would otherwise wait a round trip after each: one or two, more if tasks are
/// short. A task that it has not begun is taken back when another worker is idle, when the running task turns out to be long, when the
/// task's future is cancelled, or when the worker dies. Worker and pool race for a task by one compare-exchange in the message, so a task
/// is either begun once or taken back, never both.
/// </para>
/// <para>
/// A worker is killed because of one task only if no other task can be hit: the tasks behind it are taken back first, and if one of them
/// has begun, the task has answered already, and no worker is killed. A worker begins a task only after it has answered the one before.
/// </para>
/// <para>
/// Limits: at most <c>MaxWorkers</c> workers take or run tasks; together with those that are leaving, killed, or lost (killed and not
/// dead), there are at most twice as many processes.
/// </para>
/// </remarks>
internal sealed partial class PoolCore(PoolRules rules, IPoolEffects effects, Func<long> clock)
{
    private const int MaxAhead = 32;
    private const long ShortTask = TimeSpan.TicksPerMillisecond / 2;   // tasks shorter than this are sent ahead by the dozen

    private const long LongTask = 20 * TimeSpan.TicksPerMillisecond;   // no task waits behind one that is longer
    private const long FullRingPause = TimeSpan.TicksPerMillisecond;

    private readonly LinkedList<PoolTask> _pending = new();
    private readonly List<PoolSlot> _slots = [];
    private readonly List<PoolSlot> _idle = [];        // the last to become idle is the first to be used
    private int _maxWorkers = rules.MaxWorkers;
    private int _madeSlots;
    private int _lost;                                 // killed, given up, and not dead yet
    private long _dueAt = long.MaxValue;               // no later than anything that is due
    private int _failedStarts;                         // in a row
    private long _mayStartAt = long.MinValue;
    private bool _isClosing;
    private TimeSpan? _shutdownDeadline;               // of the forced shutdown; null: it was forced by request
    private bool _isForced;                            // closing, and no more tasks begin
    private bool _isClosed;

    public long DoneCount { get; private set; }

    public long FailedCount { get; private set; }

    /// <summary>The failed tasks whose worker ended before it had answered.</summary>
    public long LostTaskCount { get; private set; }

    public long CancelledCount { get; private set; }

    public long RetriedCount { get; private set; }

    public long RestartCount { get; private set; }

    public int PendingCount => _pending.Count + _slots.Sum(static slot => Math.Max(0, slot.Outstanding.Count - 1));

    public int RunningCount => _slots.Count(static slot => slot.Outstanding.Count > 0);

    public bool IsClosing => _isClosing;

    public bool IsClosed => _isClosed;

    /// <summary>Workers that were killed and do not end, because they hang inside the kernel.</summary>
    public int LostCount => _lost;

    /// <summary>When to call <see cref="Tick"/>; it may turn out that nothing is due yet.</summary>
    public long DueAt => _dueAt;

    public IReadOnlyList<PoolSlot> Slots => _slots;

    /// <summary>Accepts a task.</summary>
    public void Submit(PoolTask task)
    {
        _pending.AddLast(task.Node);
        Dispatch();
        AssertInvariants();
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
            _pending.Remove(task.Node);
            EndCancelled(task);
        }
        else if (TakeBack(slot, task))
        {
            EndCancelled(task);
        }
        else if (TakeBackFollowing(slot, task))
        {
            Kill(slot, ExitReason.Killed);
        }

        Dispatch();
        CloseIfDone();
    }

    /// <summary>Accepts no more tasks; those it has still run, unless they are to be cancelled.</summary>
    public void Close(bool cancelPending)
    {
        _isClosing = true;
        if (cancelPending)
        {
            CancelAllPending();
        }

        CloseIfDone();
    }

    /// <summary>Accepts no more tasks, cancels those that have not begun, and kills the workers of those that have.</summary>
    /// <param name="reason">Why they are killed.</param>
    /// <param name="deadline">How long a shutdown had waited for them; null if none had.</param>
    public void CloseByForce(ExitReason reason, TimeSpan? deadline = null)
    {
        _shutdownDeadline ??= _isForced ? null : deadline;
        _isClosing = true;
        _isForced = true;
        CancelAllPending();
        foreach (PoolSlot slot in _slots.ToArray())
        {
            Kill(slot, reason);
        }

        CloseIfDone();
    }

    /// <summary>Changes how many workers there may be. Surplus workers leave once they have finished their tasks.</summary>
    public void Resize(int maxWorkers)
    {
        _maxWorkers = maxWorkers;
        IEnumerable<PoolSlot> staying = _slots.Where(static slot => slot.State is SlotState.Ready or SlotState.Starting);
        foreach (PoolSlot slot in staying.OrderBy(static slot => slot.Outstanding.Count).SkipLast(maxWorkers).ToArray())
        {
            Retire(slot);
        }

        Dispatch();
        CloseIfDone();
    }

    /// <summary>Does the work that is due.</summary>
    public void Tick()
    {
        long now = clock();
        if (now < _dueAt)
        {
            return;
        }

        _dueAt = long.MaxValue;
        foreach (PoolSlot slot in _slots.ToArray())
        {
            if (slot.DueAt <= now)
            {
                OnDue(slot);
            }
        }

        foreach (PoolSlot slot in _slots)
        {
            _dueAt = Math.Min(_dueAt, slot.DueAt);
            FreeFromLongTask(slot);
        }

        Dispatch();
        CloseIfDone();
        Debug.Assert(_slots.TrueForAll(slot => slot.DueAt >= _dueAt), "something is due before the pool is called again");
    }

    private void Arm(PoolSlot slot, long at)
    {
        slot.DueAt = at;
        _dueAt = Math.Min(_dueAt, at);
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
                _pending.AddLast(last.Node);
            }
        }

        foreach (PoolTask task in _pending)
        {
            EndCancelled(task);
            effects.Cancel(task);
        }

        _pending.Clear();
    }

    /// <summary>Holds between two events: each task is in one place, and each worker is in the lists of its state.</summary>
    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(_lost >= 0 && (!_isClosed || (_slots.Count == 0 && _pending.Count == 0)));
        Debug.Assert(_pending.First is not { Value: { IsEnded: true } or { Slot: not null } });
        Debug.Assert(_idle.TrueForAll(static slot => slot.State == SlotState.Ready && slot.Outstanding.Count == 0));
        foreach (PoolSlot slot in _slots)
        {
            Debug.Assert(slot.State != SlotState.Gone && (slot.State != SlotState.Starting || slot.Outstanding.Count == 0));
            Debug.Assert(slot.Outstanding.First is not { Value: var running } || (running.Slot == slot && !running.IsEnded));
        }
    }

    /// <summary>The last step of every event.</summary>
    private void CloseIfDone()
    {
        AssertInvariants();
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
            effects.OnClosed();
        }
    }
}
