namespace BugZoo.Locks;

/// <summary>Waits for a thread's end while holding a lock that the thread may still need.</summary>
internal static class JoinUnderLock
{
    public static void Buggy()
    {
        object gate = new();
        int work = 0;
        var worker = new Thread(() => Add(gate, ref work));
        worker.Start();
        lock (gate)
        {
            worker.Join();
            Claim.That(work == 1, "the work is done");
        }
    }

    public static void Fixed()
    {
        object gate = new();
        int work = 0;
        var worker = new Thread(() => Add(gate, ref work));
        worker.Start();
        worker.Join();
        lock (gate)
        {
            Claim.That(work == 1, "the work is done");
        }
    }

    private static void Add(object gate, ref int work)
    {
        lock (gate)
        {
            work++;
        }
    }
}
