namespace BugZoo.Updates;

/// <summary>Two threads increment a static field.</summary>
internal static class StaticIncrement
{
    private static readonly Lock s_gate = new();
    private static int s_visits;

    public static void Buggy()
    {
        s_visits = 0;
        Crew.Run(() => s_visits++, () => s_visits++);
        Claim.That(s_visits == 2, "two visits are counted");
    }

    public static void Fixed()
    {
        s_visits = 0;
        Crew.Run(VisitUnderLock, VisitUnderLock);
        Claim.That(s_visits == 2, "two visits are counted");
    }

    private static void VisitUnderLock()
    {
        lock (s_gate)
        {
            s_visits++;
        }
    }
}
