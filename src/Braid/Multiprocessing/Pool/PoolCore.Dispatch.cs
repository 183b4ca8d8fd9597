namespace Braid.Multiprocessing;

/// <content>Dispatching: starting workers, giving them tasks, taking tasks back.</content>
internal sealed partial class PoolCore
{
    private void Dispatch()
    {
        StartWorkers();
        while (_pending.First is { Value: var task } && NextSlot() is { } slot)
        {
            _pending.Remove(task.Node);
            if (!Give(slot, task))
            {
                return;
            }
        }

        while (_pending.Count == 0 && _idle.Count > 0 && Steal())
        {
        }
    }

    /// <summary>Has as many workers started as there are tasks that no worker is about to take.</summary>
    private void StartWorkers()
    {
        int starting = 0;
        int working = 0;
        int waiting = _pending.Count;
        foreach (PoolSlot slot in _slots)
        {
            starting += slot.State == SlotState.Starting || slot is { State: SlotState.Killed, StartedWell: false } ? 1 : 0;
            working += slot.State is SlotState.Starting or SlotState.Ready
                || (slot.State == SlotState.Leaving && slot.Outstanding.Count > 0)
                ? 1
                : 0;
            waiting += Math.Max(0, slot.Outstanding.Count - 1);
        }

        int wanted = Math.Min(_maxWorkers - working, waiting - starting - _idle.Count);
        if (wanted <= 0)
        {
            return;
        }

        if (clock() < _mayStartAt)
        {
            _dueAt = Math.Min(_dueAt, _mayStartAt);
            return;
        }

        if (_failedStarts > 0)
        {
            wanted = starting == 0 ? 1 : 0;   // try with one
        }

        int room = (2 * _maxWorkers) - _slots.Count - _lost;
        if (_slots.Count == 0 && room <= 0)
        {
            FailPending(
                new WorkerStartException(
                    $"The pool starts no more workers, because {_lost} of its processes were killed and do not end: they hang inside the " +
                    "kernel, as on a device or a file server that does not answer."));
        }

        for (int count = 0; count < Math.Min(wanted, room); count++)
        {
            var slot = new PoolSlot(++_madeSlots);
            Arm(slot, clock() + rules.StartTimeout.Ticks);
            _slots.Add(slot);
            effects.StartWorker(slot);
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
            if (slot.State == SlotState.Ready && slot.Sent != rules.MaxTasksPerChild && slot.Outstanding.Count < WindowOf(slot)
                && (best is null || slot.Outstanding.Count < best.Outstanding.Count))
            {
                best = slot;
            }
        }

        return best;
    }

    private int WindowOf(PoolSlot slot) => !rules.SendsAhead || slot.UsualTicks > LongTask || IsLong(slot) ? 1
        : slot.Ended == 0 || slot.UsualTicks > ShortTask ? 2
        : 1 + MaxAhead;

    /// <summary>Whether the running task has turned out to be long.</summary>
    private bool IsLong(PoolSlot slot) => slot.Outstanding.Count > 0 && clock() - slot.BegunAt >= LongTask;

    /// <summary>Takes back the tasks behind a task that has turned out to be long.</summary>
    private void FreeFromLongTask(PoolSlot slot)
    {
        if (slot.Outstanding.Count > 1 && IsLong(slot))
        {
            TakeBackFollowing(slot, slot.Outstanding.First!.Value);
        }
        else if (slot.Outstanding.Count > 1)
        {
            _dueAt = Math.Min(_dueAt, slot.BegunAt + LongTask);
        }
    }

    /// <returns>False if the worker's ring is full; the task is then pending again.</returns>
    private bool Give(PoolSlot slot, PoolTask task)
    {
        if (task.Call.Future.Done)
        {
            MakeIdle(slot);
            EndCancelled(task);   // its cancellation waits for the gate, and will find it ended
            return true;
        }

        if (!effects.TrySend(slot, task))
        {
            MakeIdle(slot);
            _pending.AddFirst(task.Node);
            if (slot.Outstanding.Count == 0)
            {
                // full of requests that were taken back; no answer will report when they are skipped
                _dueAt = Math.Min(_dueAt, clock() + FullRingPause);
            }

            return false;
        }

        task.Slot = slot;
        slot.Outstanding.AddLast(task.Node);
        slot.Sent++;
        if (slot.Outstanding.Count == 1)
        {
            BeginNext(slot);
        }
        else if (slot.Outstanding.Count == 2)
        {
            FreeFromLongTask(slot);
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

    /// <summary>Records that the first of a worker's tasks is now running.</summary>
    private void BeginNext(PoolSlot slot)
    {
        long due = long.MaxValue;
        slot.BegunAt = 0;
        if (slot.Outstanding.First is { Value: var task })
        {
            slot.BegunAt = clock();
            due = task.TimeLimit is TimeSpan limit ? slot.BegunAt + limit.Ticks : long.MaxValue;
            if (!task.Call.Future.Running && !task.Call.Future.Done)
            {
                task.Call.Future.SetRunningOrNotifyCancel();
                effects.OnBegun(task);
            }

            if (slot.Ended + 1 == rules.MaxTasksPerChild && slot.State == SlotState.Ready)
            {
                slot.State = SlotState.Leaving;
                effects.AskToLeave(slot);
            }

            if (slot.Outstanding.Count > 1)
            {
                _dueAt = Math.Min(_dueAt, slot.BegunAt + LongTask);
            }
        }
        else if (slot.State == SlotState.Leaving)
        {
            due = clock() + rules.LeaveTimeout.Ticks;
        }

        if (slot.State != SlotState.Killed)
        {
            Arm(slot, due);
        }

        MakeIdle(slot);
    }

    /// <summary>Takes a task for an idle worker from the worker that has most.</summary>
    /// <returns>Whether to try once more.</returns>
    private bool Steal()
    {
        PoolSlot? richest = _slots.Where(static slot => slot.Outstanding.Count > 1).MaxBy(static slot => slot.Outstanding.Count);
        return richest?.Outstanding.Last is { Value: var task } && TakeBack(richest, task) && Give(NextSlot()!, task);
    }

    /// <returns>False if the worker has begun it.</returns>
    private bool TakeBack(PoolSlot slot, PoolTask task)
    {
        if (!effects.TryTakeBack(slot, task))
        {
            return false;
        }

        bool wasFirst = slot.Outstanding.First == task.Node;
        slot.Outstanding.Remove(task.Node);
        slot.Sent--;
        task.Slot = null;
        if (wasFirst)
        {
            BeginNext(slot);
        }

        return true;
    }

    /// <summary>Makes a task that has begun the last of its worker's; the ones behind it are pending again.</summary>
    /// <returns>False if another has begun since: then this one has answered, and its answer is on the way.</returns>
    private bool TakeBackFollowing(PoolSlot slot, PoolTask task)
    {
        while (slot.Outstanding.Last!.Value is var last && last != task)
        {
            if (!TakeBack(slot, last))
            {
                return false;
            }

            _pending.AddFirst(last.Node);
        }

        return true;
    }

    /// <summary>Makes all tasks of a worker pending again that it will not begin.</summary>
    private void TakeBackAll(PoolSlot slot)
    {
        while (slot.Outstanding.Last is { Value: var last } && TakeBack(slot, last))
        {
            _pending.AddFirst(last.Node);
        }
    }

    /// <summary>Stops a worker from taking more tasks.</summary>
    private void Retire(PoolSlot slot)
    {
        if (slot.State == SlotState.Starting)
        {
            Kill(slot, ExitReason.Killed);
            return;
        }

        slot.State = SlotState.Leaving;
        _idle.Remove(slot);
        if (slot.Outstanding.First is { Value: var running })
        {
            TakeBackFollowing(slot, running);
        }
        else
        {
            Arm(slot, clock() + rules.LeaveTimeout.Ticks);
        }

        effects.AskToLeave(slot);
    }
}
