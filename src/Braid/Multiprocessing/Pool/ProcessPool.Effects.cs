namespace Braid.Multiprocessing;

/// <content>
/// The effects that the state machine requests. Run under the gate; whatever may run user code is deferred until the gate is left.
/// </content>
internal sealed partial class ProcessPool
{
    void IPoolEffects.StartWorker(PoolSlot slot) => Spawner.Post(
        () => Start(slot),
        // Not at once: the pool's gate may be held here
        exception => Supervisor.Post(() => Do(core => core.OnStartFailed(slot, exception))));

    bool IPoolEffects.TrySend(PoolSlot slot, PoolTask task)
    {
        int kind = FrameKind.Task | (task.Chunk is null ? 0 : FrameKind.IsChunk) | (task.TimeLimit is null ? 0 : FrameKind.IsTimed);
        if (slot.Worker!.TrySend(kind, task.Id, task.Request!.Payload, task.Chunk?.First ?? 0) is not { } place)
        {
            return false;
        }

        task.Place = place;
        if (slot.Outstanding.Count == 0)
        {
            slot.Worker.StartedRunningAt = Stopwatch.GetTimestamp();
        }

        return true;
    }

    bool IPoolEffects.TryTakeBack(PoolSlot slot, PoolTask task) => slot.Worker!.TryTakeBack(task.Place);

    void IPoolEffects.AskToLeave(PoolSlot slot)
    {
        if (slot.Worker!.TrySend(FrameKind.Exit, 0, []) is null)
        {
            _unaskedToLeave.Add(slot);
        }
    }

    void IPoolEffects.Kill(PoolSlot slot, ExitReason reason)
    {
        if (reason == ExitReason.Terminated)
        {
            slot.Worker?.Signal(Signals.Terminate, reason, wholeGroup: false);
        }
        else
        {
            slot.Worker?.Kill(reason);
        }
    }

    void IPoolEffects.Fail(PoolTask task, Exception exception, byte[]? inner) => _afterGate.Add(() => Fail(task, exception, inner));

    void IPoolEffects.OnBegun(PoolTask task)
    {
        if (task.Limit is not null)
        {
            _afterGate.Add(task.LeavePlace);
        }
    }

    void IPoolEffects.Complete(PoolTask task) => _afterGate.Add(task.Call.Complete);

    long? IPoolEffects.TryStopItem(PoolSlot slot, PoolTask task, TimeSpan limit) =>
        slot.Worker!.TryStopItem(task.Id, limit) is TimeSpan left ? Now() + left.Ticks : null;

    LeftItems IPoolEffects.ReadItems(PoolSlot slot, PoolTask task) => slot.Worker!.ReadItems(task.Id, task.Chunk!.First, task.Chunk.Count);

    void IPoolEffects.Cancel(PoolTask task) => _afterGate.Add(() => task.Call.Future.Cancel());

    void IPoolEffects.OnClosed() => _afterGate.Add(() =>
    {
        Supervisor.Remove(this);
        ProcessPools.Remove(this);
        Spares.Release(_settings);
        OnEnded();
    });
}
