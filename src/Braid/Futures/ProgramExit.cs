namespace Braid.Futures;

/// <summary>Completes submitted work before the program ends.</summary>
/// <remarks>
/// <para>
/// .NET raises ProcessExit when Main has returned and the last foreground thread has ended, or when Environment.Exit is called; background
/// threads still run then. So workers are background threads, since idle ones must not keep the program alive, and the handler closes every
/// pool and waits for its workers.
/// </para>
/// <para>
/// A call may itself call Environment.Exit. Its worker then sleeps inside that call until the handler returns, and must not be waited for;
/// but the handler runs on the finalizer's thread, and nothing says which thread called. What can be determined is whether Main has
/// returned, since the runtime then makes its thread a background one. So: after Main's return all calls are waited for; after
/// Environment.Exit all but the last, which is abandoned once it has done nothing but sleep for <see cref="s_idleLimit"/>.
/// </para>
/// </remarks>
internal static class ProgramExit
{
    private static readonly TimeSpan s_idleLimit = TimeSpan.FromSeconds(1);
    private static readonly WeakRegistry<WorkerPool> s_pools = new();
    private static volatile bool s_hasBegun;

    static ProgramExit() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => Finish();

    public static bool HasBegun => s_hasBegun;

    public static void Register(WorkerPool pool)
    {
        _ = Threading.Thread.Current;   // so that Main's thread is known, if this is it
        s_pools.Add(pool);
    }

    private static void Finish()
    {
        s_hasBegun = true;
        bool waitsForAll = Threading.Thread.MainHasReturned;   // now: Main may still return while this goes on
        List<WorkerPool> pools = s_pools.Snapshot();
        foreach (WorkerPool pool in pools)
        {
            pool.Close(cancelPending: false);
        }

        var limit = Deadline.After(s_idleLimit);
        while (pools.SelectMany(static pool => pool.Threads()).Where(static worker => worker.IsAlive).ToList() is { Count: > 0 } alive)
        {
            if (waitsForAll || alive.Count > 1 || !alive[0].IsAsleep)
            {
                limit = Deadline.After(s_idleLimit);
            }
            else if (limit.HasPassed)
            {
                return;
            }

            alive[0].TryJoin(TimeSpan.FromMilliseconds(20));
        }
    }
}
