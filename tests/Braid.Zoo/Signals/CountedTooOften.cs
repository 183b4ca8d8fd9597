namespace BugZoo.Signals;

/// <summary>The first of two is to signal. Both look whether it was done, and both do it: the second signal throws.</summary>
internal static class CountedTooOften
{
    public static void Buggy()
    {
        using var first = new CountdownEvent(1);
        Crew.Run(Finish, Finish);

        void Finish()
        {
            if (!first.IsSet)
            {
                first.Signal();
            }
        }
    }

    public static void Fixed()
    {
        using var first = new CountdownEvent(1);
        int signalled = 0;
        Crew.Run(Finish, Finish);
        Claim.That(first.IsSet, "the first has signalled");

        void Finish()
        {
            if (Interlocked.Exchange(ref signalled, 1) == 0)
            {
                first.Signal();
            }
        }
    }
}
