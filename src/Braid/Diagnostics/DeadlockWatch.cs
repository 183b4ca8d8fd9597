namespace Braid.Diagnostics;

/// <summary>The check that a thread makes once it has waited long, with deadlock detection on.</summary>
/// <remarks>
/// All threads that check share a capture of the wait graph while it is fresh, so a thousand of them cost a few captures in each period and
/// one look-up each. A cycle that is missed because it closed after the capture is found a period later.
/// </remarks>
internal static class DeadlockWatch
{
    private const int PicturesPerPeriod = 4;

    private static readonly Gate s_gate = new();
    // guarded by s_gate: the cycles of the latest capture, by the threads in them
    private static IReadOnlyDictionary<int, WaitGraph.Deadlock>? s_circles;
    private static long s_takenAt;                                            // guarded by s_gate: when, in stopwatch ticks
    private static int s_pictures;                                            // written under s_gate

    /// <summary>How many captures were taken, for tests.</summary>
    internal static int Pictures => Volatile.Read(ref s_pictures);   // a number for tests; it orders nothing

    /// <exception cref="DeadlockException">The thread is part of a cycle that nothing can end.</exception>
    public static void Check(ThreadWaiter waiter, TimeSpan period)
    {
        if (!Circles(period / PicturesPerPeriod).TryGetValue(waiter.Thread.ManagedThreadId, out WaitGraph.Deadlock? deadlock)
            || !deadlock.StillExists())
        {
            return;
        }

        if (deadlock.IsCertain)
        {
            throw new DeadlockException(deadlock);
        }

        if (IsNew(deadlock))
        {
            Report(deadlock.ToString());
        }
    }

    private static IReadOnlyDictionary<int, WaitGraph.Deadlock> Circles(TimeSpan maxAge)
    {
        using Gate.Scope held = s_gate.Enter();
        if (s_circles is null || Stopwatch.GetElapsedTime(s_takenAt) > maxAge)
        {
            s_circles = WaitGraph.CaptureSilently().Circles;
            s_takenAt = Stopwatch.GetTimestamp();
            Volatile.Write(ref s_pictures, s_pictures + 1);   // under s_gate; volatile for the read without it
        }

        return s_circles;
    }

    private static bool IsNew(WaitGraph.Deadlock deadlock)
    {
        using Gate.Scope held = s_gate.Enter();
        return deadlock.TryReport();
    }

    private static void Report(string text)
    {
        BraidEventSource.Log.PossibleDeadlock(text);
        Console.Error.WriteLine(text);
    }
}
