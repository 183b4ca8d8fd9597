namespace Braid.Multiprocessing;

/// <summary>
/// The pools of this process. At the end of the program, calls that have not begun are cancelled, and the workers are killed.
/// </summary>
internal static class ProcessPools
{
    private static readonly Threading.Lock s_gate = Threading.Lock.OfBraid();
    private static readonly List<ProcessPool> s_open = [];   // guarded by s_gate

    static ProcessPools() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => Finish();

    public static void Add(ProcessPool pool)
    {
        using (s_gate.EnterScope())
        {
            s_open.Add(pool);
        }
    }

    public static void Remove(ProcessPool pool)
    {
        using (s_gate.EnterScope())
        {
            s_open.Remove(pool);
        }
    }

    private static void Finish()
    {
        ProcessPool[] open;
        using (s_gate.EnterScope())
        {
            open = [.. s_open];
        }

        foreach (ProcessPool pool in open)
        {
            pool.CloseByForce(ExitReason.Killed);
        }

        var patience = TimeSpan.FromSeconds(1);
        foreach (ProcessPool pool in open)
        {
            pool.Closed.TryResult(out _, patience);
        }

        WorkerOutput.Flush(patience);
    }
}
