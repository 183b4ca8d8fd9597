namespace Braid.Checking.Engine;

/// <summary>Measures for how long a run has made no progress, as far as that is the running thread's own doing.</summary>
/// <remarks>
/// <para>
/// The wall clock cannot tell a thread that is stuck from one that is not scheduled. So a thread that can run counts by the processor time
/// it uses. One that waits counts by the wall clock while no other thread of the process can run; while one can, the wait may be for that
/// thread (the garbage collector stops everything; .NET compiles a method once for all callers), and counts by the processor time that the
/// process gets. On a starved machine both are slow, and nothing is reported that a quiet machine would not report.
/// </para>
/// <para>Where the system does not tell, the wall clock counts.</para>
/// </remarks>
/// <param name="current">The execution that runs now, or ran last.</param>
internal sealed class StandstillWatch(Func<Execution> current)
{
    private readonly int _own = ThreadUse.OwnId();   // the thread that watches; 0 where the system does not tell
    private long _progress = -1;
    private int _thread;
    private TimeSpan _used;
    private TimeSpan _usedByAll = Environment.CpuUsage.TotalTime;
    private long _looked = Environment.TickCount64;

    /// <summary>How much processor time the thread has used without progress.</summary>
    public TimeSpan Running { get; private set; }

    /// <summary>For how long it has waited without progress.</summary>
    public TimeSpan Waiting { get; private set; }

    /// <summary>For how long there has been no progress.</summary>
    public TimeSpan Standstill => Running + Waiting;

    /// <summary>Measures once more.</summary>
    public void Look()
    {
        long now = Environment.TickCount64;
        TimeSpan passed = TimeSpan.FromMilliseconds(now - _looked);
        TimeSpan usedByAll = Environment.CpuUsage.TotalTime;
        Execution execution = current();
        long progress = Interlocked.Read(ref execution.Progress);
        int thread = execution.Running?.Worker?.SystemId ?? 0;
        ThreadUse? use = ThreadUse.Of(thread);

        // Without a number the thread has not begun yet: the system has not let it.
        if ((_own != 0 && thread == 0) || progress != _progress || thread != _thread || !execution.IsRunning
            || System.Diagnostics.Debugger.IsAttached)
        {
            Restart();
        }
        else if (use is { CanRun: true } running)
        {
            Running += running.Used - _used;
        }
        else
        {
            Waiting += Waited(passed, usedByAll - _usedByAll, use is not null && ThreadUse.CanAnyRun(exceptFor: _own));
        }

        (_looked, _progress, _thread, _used, _usedByAll) = (now, progress, thread, use?.Used ?? TimeSpan.Zero, usedByAll);
    }

    /// <summary>How much of the time that passed counts as a wait.</summary>
    internal static TimeSpan Waited(TimeSpan passed, TimeSpan usedByAll, bool canOthersRun) =>
        canOthersRun && usedByAll < passed ? usedByAll : passed;

    /// <summary>Begins anew.</summary>
    public void Restart() => Running = Waiting = TimeSpan.Zero;
}
