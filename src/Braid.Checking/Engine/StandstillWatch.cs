namespace Braid.Checking.Engine;

/// <summary>Measures for how long a run has not gone on, as far as that is the running thread's own doing.</summary>
/// <remarks>
/// A thread that runs counts by the processor time it uses, and one that waits by the wall clock; one that wants to run and is not let does not count:
/// on a busy machine it is slow, not stuck. Where the system tells none of that, the wall clock counts.
/// </remarks>
internal sealed class StandstillWatch(Execution execution)
{
    private readonly bool _systemTells = ThreadUse.OwnId() != 0;
    private long _progress = -1;
    private int _thread;
    private TimeSpan _used;
    private long _looked = Environment.TickCount64;

    /// <summary>How long it has stood still.</summary>
    public TimeSpan Standstill { get; private set; }

    /// <summary>Looks once more.</summary>
    public void Look()
    {
        long now = Environment.TickCount64;
        TimeSpan passed = TimeSpan.FromMilliseconds(now - _looked);
        _looked = now;
        long progress = Interlocked.Read(ref execution.Progress);
        int thread = execution.Running?.Worker?.SystemId ?? 0;
        ThreadUse? use = ThreadUse.Of(thread);

        // Without a number the thread has not begun yet: the system has not let it.
        if ((_systemTells && thread == 0) || progress != _progress || thread != _thread || !execution.IsRunning || System.Diagnostics.Debugger.IsAttached)
        {
            Standstill = TimeSpan.Zero;
        }
        else
        {
            Standstill += use is { CanRun: true } ? use.Value.Used - _used : passed;
        }

        (_progress, _thread, _used) = (progress, thread, use?.Used ?? TimeSpan.Zero);
    }

    /// <summary>Counts anew.</summary>
    public void Restart() => Standstill = TimeSpan.Zero;
}
