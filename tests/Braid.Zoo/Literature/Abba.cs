namespace BugZoo.Literature;

/// <summary>Two locks, taken in opposite order.</summary>
internal static class Abba
{
    public static void Buggy()
    {
        object a = new();
        object b = new();
        int both = 0;
        Crew.Run(() => Inside(a, b, ref both), () => Inside(b, a, ref both));
    }

    public static void Fixed()
    {
        object a = new();
        object b = new();
        int both = 0;
        Crew.Run(() => Inside(a, b, ref both), () => Inside(a, b, ref both));
        Claim.That(both == 2, "both were inside");
    }

    private static void Inside(object outer, object inner, ref int both)
    {
        lock (outer)
        {
            lock (inner)
            {
                both++;
            }
        }
    }
}
