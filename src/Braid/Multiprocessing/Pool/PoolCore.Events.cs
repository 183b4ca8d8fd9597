namespace Braid.Multiprocessing;

internal sealed partial class PoolCore
{
    /// <summary>A worker's initializer is done.</summary>
    public void OnReady(PoolSlot slot)
    {
        if (slot.State != SlotState.Starting)
        {
            return;   // killed meanwhile
        }

        _failedStarts = 0;
        _mayStartAt = long.MinValue;
        slot.State = SlotState.Ready;
        BeginNext(slot);
        Dispatch();
        CloseIfDone();
    }

    /// <summary>A worker's process could not be started.</summary>
    public void OnStartFailed(PoolSlot slot, Exception exception)
    {
        if (slot.State == SlotState.Gone)
        {
            _lost--;   // it had been given up as lost
        }

        Forget(slot);
        CountFailedStart(exception);
        Dispatch();
        CloseIfDone();
    }

    /// <summary>A worker has answered.</summary>
    /// <param name="slot">The worker.</param>
    /// <param name="id">The task.</param>
    /// <param name="failed">Whether it threw.</param>
    /// <param name="ranOutOfMemory">Whether it threw for lack of memory; the worker then gets no more tasks.</param>
    /// <param name="isFull">
    /// Whether the worker has so much memory in use that it begins no more tasks: it is replaced between two tasks, before its limit kills
    /// one.
    /// </param>
    /// <param name="failureText">The exception's text; null if it is not needed.</param>
    /// <returns>The task to which to deliver the answer; null if there is none: it is cancelled, or runs again.</returns>
    public PoolTask? OnAnswer(PoolSlot slot, long id, bool failed, bool ranOutOfMemory, bool isFull = false, string? failureText = null)
    {
        if (slot.Outstanding.First is not { Value: var task } || task.Id != id)
        {
            Kill(slot, ExitReason.Corrupted);   // it violates the protocol: nothing it sends counts any more
            return null;
        }

        slot.Outstanding.RemoveFirst();
        slot.Ended++;
        task.Slot = null;
        double took = clock() - slot.BegunAt;
        slot.UsualTicks = slot.Ended == 1 ? took : (slot.UsualTicks * 7 / 8) + (took / 8);
        if (isFull)
        {
            TakeBackAll(slot);
        }

        if ((ranOutOfMemory || isFull) && slot.State == SlotState.Ready)
        {
            Retire(slot);
        }

        BeginNext(slot);
        PoolTask? answered = DecideOutcome(task, failed, failureText);
        Dispatch();
        CloseIfDone();
        return answered;
    }

    /// <summary>A worker's process has ended.</summary>
    public void OnDeath(PoolSlot slot, WorkerEnd end)
    {
        SlotState state = slot.State;
        if (state == SlotState.Gone)
        {
            _lost--;   // it had been given up as lost
            Dispatch();
            return;
        }

        Forget(slot);
        if (state == SlotState.Starting || (state == SlotState.Killed && !slot.StartedWell && end.Reason == ExitReason.TimedOut))
        {
            CountFailedStart(new WorkerStartException(StartFailureText(slot, end), innerException: null, end), slot.StartFailure);
        }
        else if (!_isClosing && slot is not { KillReason: ExitReason.Killed, StartedWell: false }
            && (state != SlotState.Leaving || slot.Outstanding.Count > 0))
        {
            CountRestart(slot, end.Reason);
        }

        while (slot.Outstanding.Last is { Value: var task })
        {
            bool begun = !effects.TryTakeBack(slot, task);
            slot.Outstanding.RemoveLast();
            task.Slot = null;
            if (!begun || LoseWorker(slot, task, end))
            {
                _pending.AddFirst(task.Node);
            }
        }

        Dispatch();
        CloseIfDone();
    }

    /// <summary>A worker's memory was measured.</summary>
    public void OnMemory(PoolSlot slot, long bytes)
    {
        if (bytes <= rules.MemoryLimit || rules.MemoryLimit is null)
        {
            return;
        }

        if (slot.Outstanding.First is { Value: var running })
        {
            TakeBackFollowing(slot, running);
            Kill(slot, ExitReason.OverMemoryLimit);
            Dispatch();
        }
        else if (slot.State == SlotState.Ready)
        {
            Retire(slot);
            CountRestart(slot, ExitReason.OverMemoryLimit);
        }
    }

    private void OnDue(PoolSlot slot)
    {
        switch (slot.State)
        {
            case SlotState.Starting:
                Kill(slot, ExitReason.TimedOut);
                break;
            case SlotState.Ready or SlotState.Leaving when slot.Outstanding.First is { Value: var running }:
                if (running.Chunk is not null && effects.TryStopItem(slot, running, running.TimeLimit!.Value) is long itemDueAt)
                {
                    Arm(slot, itemDueAt);
                    break;
                }

                if (TakeBackFollowing(slot, running))
                {
                    Kill(slot, ExitReason.TimedOut);
                }

                break;
            case SlotState.Leaving:
                Kill(slot, ExitReason.Killed);
                break;
            case SlotState.Killed when slot.KillReason == ExitReason.Terminated && !slot.IsKilledByForce:
                KillByForce(slot);
                break;
            case SlotState.Killed:
                // A process that survives a kill hangs inside the kernel. Nothing more can be done about it, and its tasks end now.
                _lost++;
                OnDeath(
                    slot,
                    new WorkerEnd(
                        slot.Worker?.Pid ?? 0,
                        -Signals.Kill,
                        slot.KillReason,
                        TimeSpan.FromTicks(clock() - slot.KilledAt),
                        slot.Worker?.PrivateBytes,
                        "(the process was killed and does not end)"));
                break;
            default:
                break;
        }
    }

    private void Kill(PoolSlot slot, ExitReason reason)
    {
        if (slot.State == SlotState.Killed && slot.KillReason == ExitReason.Terminated && reason != ExitReason.Terminated
            && !slot.IsKilledByForce)
        {
            KillByForce(slot);
        }

        if (slot.State is SlotState.Killed or SlotState.Gone)
        {
            return;
        }

        slot.StartedWell = slot.State != SlotState.Starting;
        slot.State = SlotState.Killed;
        slot.KillReason = reason;
        slot.KilledAt = clock();
        Arm(slot, slot.KilledAt + rules.KillTimeout.Ticks);
        _idle.Remove(slot);
        effects.Kill(slot, reason);
    }

    /// <summary>Kills a worker that was asked to end and did not.</summary>
    private void KillByForce(PoolSlot slot)
    {
        slot.IsKilledByForce = true;
        Arm(slot, clock() + rules.KillTimeout.Ticks);
        effects.Kill(slot, ExitReason.Killed);
    }

    private void Forget(PoolSlot slot)
    {
        slot.State = SlotState.Gone;
        slot.DueAt = long.MaxValue;
        _slots.Remove(slot);
        _idle.Remove(slot);
    }

    /// <returns>The task if it has its outcome now.</returns>
    private PoolTask? DecideOutcome(PoolTask task, bool failed, string? failureText)
    {
        if (task.Call.Future.Done)
        {
            EndCancelled(task);
            return null;
        }

        if (failed && task.Failures < rules.ExceptionRetries && !_isForced)
        {
            task.Failures++;
            task.History += $"\n  attempt {task.Failures + task.Crashes}: {failureText}";
            RetriedCount++;
            _pending.AddLast(task.Node);
            return null;
        }

        if (failed)
        {
            FailedCount++;
        }
        else
        {
            DoneCount++;
        }

        task.End();
        return task;
    }

    /// <returns>Whether to run the task again.</returns>
    private bool LoseWorker(PoolSlot slot, PoolTask task, WorkerEnd end)
    {
        if (task.Call.Future.Done)
        {
            EndCancelled(task);
            return false;
        }

        int running = 0;
        if (task.Chunk is { } chunk)
        {
            LeftItems left = effects.ReadItems(slot, task);
            running = left.Running;
            int lost = chunk.Take(left);
            if (chunk.IsComplete)
            {
                DoneCount++;
                task.End();
                effects.Complete(task);
                return false;
            }

            if (lost != chunk.CrashedAt)
            {
                (chunk.CrashedAt, task.Crashes, task.History) = (lost, 0, "");   // each item has its own budget
            }
        }

        task.Crashes++;
        string history = task.History.Length == 0 ? "" : $"\nEarlier attempts:{task.History}";
        bool mayBeRunAgain = end.Reason is ExitReason.Exited or ExitReason.Signaled or ExitReason.OutOfMemory or ExitReason.Corrupted;
        if (mayBeRunAgain && task.Crashes <= rules.Retries && !_isForced)
        {
            task.History += $"\n  attempt {task.Failures + task.Crashes}: {end}";
            RetriedCount++;
            return true;
        }

        string what = task.Chunk is { } whole
            ? $"{task.Description}, called for item {running + 1} of a chunk of {whole.Count},"
            : task.Description;
        Exception exception = WorkerFailure.ToException(end, what, task.TimeLimit, rules.MemoryLimit, history, _shutdownDeadline);
        bool wasMeant = end.Reason is ExitReason.Killed or ExitReason.Terminated;
        if (task.Chunk is { } failed && failed.Fail(running, exception) && !wasMeant && !_isForced)
        {
            return true;
        }

        FailedCount++;
        LostTaskCount++;
        task.End();
        effects.Fail(task, exception);
        return false;
    }

    private void CountRestart(PoolSlot slot, ExitReason reason)
    {
        RestartCount++;
        effects.OnRestart(slot, reason);
    }

    /// <summary>No worker could be started. The next attempt waits, longer each time; after a few, the waiting tasks fail.</summary>
    private void CountFailedStart(Exception exception, StartFailure? cause = null)
    {
        _failedStarts++;
        double pause = rules.FirstBackOff.Ticks * Math.Pow(2, _failedStarts - 1);
        _mayStartAt = clock() + (long)Math.Min(pause, rules.LongestBackOff.Ticks);
        if (_failedStarts < rules.StartAttempts
            || _slots.Exists(static slot => slot.State is SlotState.Starting or SlotState.Ready or SlotState.Leaving))
        {
            return;   // a worker may still take them
        }

        FailPending(
            new WorkerStartException(
                $"No worker of the pool can be started: {_failedStarts} attempts failed in a row, the last with: {exception.Message}",
                cause is null ? exception : null,
                (exception as WorkerStartException)?.Worker),
            cause);
    }

    private void FailPending(WorkerStartException reason, StartFailure? cause = null)
    {
        foreach (PoolTask task in _pending)
        {
            FailedCount++;
            task.End();
            // one exception for each
            effects.Fail(task, new WorkerStartException(reason.Message, reason.InnerException, reason.Worker), cause?.Image);
        }

        _pending.Clear();
    }

    private string StartFailureText(PoolSlot slot, WorkerEnd end) => slot.StartFailure is { } failure
        ? $"The initializer of a worker failed with {failure.Text}"
        : end.Reason == ExitReason.TimedOut
            ? $"A worker did not get ready within {rules.StartTimeout.TotalSeconds:0.#} s (its start and its initializer together): {end}"
        : $"A worker ended before it was ready for tasks: {end}";
}
