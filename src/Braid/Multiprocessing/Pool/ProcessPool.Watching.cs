namespace Braid.Multiprocessing;

/// <content>The measurements for the meter and the event source.</content>
internal sealed unsafe partial class ProcessPool : IMeasured
{
    string IMeasured.MeasuredName => _name;

    long? IMeasured.Measure(string instrument) => instrument switch
    {
        "braid.executor.tasks.pending" => Read(static core => core.PendingCount),
        "braid.executor.tasks.running" => Read(static core => core.RunningCount),
        "braid.executor.tasks.done" => Read(static core => core.DoneCount),
        "braid.executor.tasks.failed" => Read(static core => core.FailedCount),
        "braid.executor.tasks.cancelled" => Read(static core => core.CancelledCount),
        "braid.executor.tasks.retried" => Read(static core => core.RetriedCount),
        "braid.executor.tasks.lost" => Read(static core => core.LostTaskCount),
        "braid.executor.processes" => Pids().Length,
        "braid.executor.process.restarts" => Read(static core => core.RestartCount),
        "braid.executor.process.memory" => Pids().Sum(static pid => ProcessStatus.PrivateBytesOf(pid) ?? 0),
        _ => null,
    };

    void IPoolEffects.OnRestart(PoolSlot slot, ExitReason reason)
    {
        if (BraidEventSource.Log.IsEnabled())
        {
            _afterGate.Add(() => BraidEventSource.Log.ProcessReplaced(_name, slot.Worker?.Pid ?? 0, reason.ToString()));
        }
    }

    private long Read(Func<PoolCore, long> figure)
    {
        using (_gate.EnterScope())
        {
            return figure(_core);
        }
    }

    private int[] Pids()
    {
        using (_gate.EnterScope())
        {
            return [.. _core.Slots.Where(static slot => slot.Worker is { IsDead: false }).Select(static slot => slot.Worker!.Pid)];
        }
    }
}
