namespace Braid.Checking.Engine;

/// <summary>Measures how long a run has made no progress, counting only what the running thread itself causes.</summary>
/// <remarks>
/// <para>
/// The wall clock cannot tell a thread that is stuck from one that is not scheduled. So for a thread that can run, the processor time that
/// it uses counts. For a thread that waits, the wall clock counts while no other thread of the process can run. While one can, the wait may
/// be for that thread (the garbage collector stops all threads; .NET compiles a method once for all callers), so the processor time of the
/// process counts. On a starved machine both are slow, and nothing is reported there that a quiet machine would not report.
/// </para>
/// <para>Where the system does not report this, the wall clock counts.</para>
/// </remarks>
/// <param name="current">The execution that runs now, or ran last.</param>
internal sealed class StandstillWatch(Func<Execution> current)
{
    private readonly int _own = ThreadUse.OwnId();   // the thread that watches; 0 where the system does not report it
    private long _progress = -1;
    private int _thread;
    private TimeSpan _used;
    private TimeSpan _usedByAll = Environment.CpuUsage.TotalTime;
    private long _measured = Environment.TickCount64;

    /// <summary>The processor time that the thread has used without progress.</summary>
    public TimeSpan Running { get; private set; }

    /// <summary>The time that the thread has waited without progress.</summary>
    public TimeSpan Waiting { get; private set; }

    /// <summary>The time without progress.</summary>
    public TimeSpan Standstill => Running + Waiting;

    /// <summary>Measures once more.</summary>
    public void Measure()
    {
        long now = Environment.TickCount64;
        TimeSpan passed = TimeSpan.FromMilliseconds(now - _measured);
        TimeSpan usedByAll = Environment.CpuUsage.TotalTime;
        Execution execution = current();
        long progress = Interlocked.Read(ref execution.Progress);
        int thread = execution.Running?.Worker?.SystemId ?? 0;
        ThreadUse? use = ThreadUse.Of(thread);

        // A thread without an id has not begun yet: the system has not scheduled it.
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

        (_measured, _progress, _thread, _used, _usedByAll) = (now, progress, thread, use?.Used ?? TimeSpan.Zero, usedByAll);
    }

    /// <summary>The part of the elapsed time that counts as a wait.</summary>
    internal static TimeSpan Waited(TimeSpan passed, TimeSpan usedByAll, bool canOthersRun) =>
        canOthersRun && usedByAll < passed ? usedByAll : passed;

    /// <summary>Resets both times to zero.</summary>
    public void Restart() => Running = Waiting = TimeSpan.Zero;
}
