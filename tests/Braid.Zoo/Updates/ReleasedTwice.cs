namespace BugZoo.Updates;

/// <summary>A semaphore serves as a mutex. One way out gives it back twice: from then on it lets two in.</summary>
internal static class ReleasedTwice
{
    public static void Buggy() => Run(static mutex =>
    {
        mutex.Wait();
        try
        {
            mutex.Release();        // nothing to do: out early
        }
        finally
        {
            mutex.Release();
        }
    });

    public static void Fixed() => Run(static mutex =>
    {
        mutex.Wait();
        try
        {
        }
        finally
        {
            mutex.Release();
        }
    });

    private static void Run(Action<SemaphoreSlim> leaveEarly)
    {
        using var mutex = new SemaphoreSlim(1);
        int total = 0;
        Crew.Run(() => leaveEarly(mutex), Add, Add);
        Claim.That(total == 2, "1 + 1 = 2");

        void Add()
        {
            mutex.Wait();
            try
            {
                total++;
            }
            finally
            {
                mutex.Release();
            }
        }
    }
}
