namespace BugZoo.Updates;

/// <summary>Each thread counts itself out and then looks whether it was the last; between the two steps another may have gone too.</summary>
internal static class LastOneOut
{
    public static void Buggy()
    {
        int left = 2;
        int cleanups = 0;
        Crew.Run(Leave, Leave);
        Claim.That(cleanups == 1, "exactly one is the last");

        void Leave()
        {
            Interlocked.Decrement(ref left);
            if (Volatile.Read(ref left) == 0)
            {
                Interlocked.Increment(ref cleanups);
            }
        }
    }

    public static void Fixed()
    {
        int left = 2;
        int cleanups = 0;
        Crew.Run(Leave, Leave);
        Claim.That(cleanups == 1, "exactly one is the last");

        void Leave()
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                Interlocked.Increment(ref cleanups);
            }
        }
    }
}
