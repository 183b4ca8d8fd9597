namespace Braid.Futures;

/// <summary>Completes submitted work before the program ends.</summary>
/// <remarks>
/// .NET raises ProcessExit when Main has returned and the last foreground thread has ended, or when somebody calls Environment.Exit;
/// background threads still run then. So workers are background threads, which idle ones must be not to keep the program alive, and the
/// handler closes every pool and waits for its workers.
/// </remarks>
internal static class ProgramExit
{
    private static readonly WeakRegistry<WorkerPool> s_pools = new();
    private static volatile bool s_hasBegun;

    static ProgramExit() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => Finish();

    public static bool HasBegun => s_hasBegun;

    public static void Register(WorkerPool pool) => s_pools.Add(pool);

    private static void Finish()
    {
        s_hasBegun = true;
        List<WorkerPool> pools = s_pools.Snapshot();
        foreach (WorkerPool pool in pools)
        {
            pool.Close(cancelPending: false);
        }

        foreach (Threading.Thread worker in pools.SelectMany(static pool => pool.Threads()))
        {
            if (worker != Threading.Thread.Current && worker.IsAlive)   // a call may itself end the program
            {
                worker.Join();
            }
        }
    }
}
