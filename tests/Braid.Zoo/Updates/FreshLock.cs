namespace BugZoo.Updates;

/// <summary>A lock that is made in each call is nobody's lock.</summary>
internal static class FreshLock
{
    public static void Buggy() => Run(static () => new Lock());

    public static void Fixed()
    {
        var gate = new Lock();
        Run(() => gate);
    }

    private static void Run(Func<Lock> gate)
    {
        int total = 0;
        Crew.Run(Add, Add);
        Claim.That(total == 2, "1 + 1 = 2");

        void Add()
        {
            lock (gate())
            {
                total++;
            }
        }
    }
}
