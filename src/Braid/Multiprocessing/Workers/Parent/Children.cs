namespace Braid.Multiprocessing;

/// <summary>The children of this process, for queries and for the end of the program.</summary>
internal static class Children
{
    private static readonly Threading.Lock s_gate = Threading.Lock.OfBraid();
    private static readonly List<(Process? Process, ChildProcess Child)> s_alive = [];   // guarded by s_gate

    static Children() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => Finish();

    /// <param name="process">The user's object; null if only the child's result was requested.</param>
    /// <param name="child">The child.</param>
    public static void Add(Process? process, ChildProcess child)
    {
        using (s_gate.EnterScope())
        {
            s_alive.Add((process, child));
        }

        child.Ended.AddDoneCallback(_ => Remove(child));
    }

    public static IReadOnlyList<Process> Alive()
    {
        using (s_gate.EnterScope())
        {
            return [.. s_alive.Where(entry => entry.Process is not null && !entry.Child.Ended.Done).Select(entry => entry.Process!)];
        }
    }

    private static void Remove(ChildProcess child)
    {
        using (s_gate.EnterScope())
        {
            s_alive.RemoveAll(entry => entry.Child == child);
        }
    }

    /// <summary>At the program's end: kills daemons and children whose result is no longer awaited, and waits for the others.</summary>
    private static void Finish()
    {
        (Process? Process, ChildProcess Child)[] alive;
        using (s_gate.EnterScope())
        {
            alive = [.. s_alive];
        }

        foreach ((Process? process, ChildProcess child) in alive)
        {
            if (process is not { Daemon: false })
            {
                child.Worker.Kill(ExitReason.Killed);
            }
        }

        foreach ((_, ChildProcess child) in alive)
        {
            child.Ended.Result();
        }

        WorkerOutput.Flush(TimeSpan.FromSeconds(2));
    }
}
