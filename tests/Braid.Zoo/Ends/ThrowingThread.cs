namespace BugZoo.Ends;

/// <summary>A thread divides by what the main thread has perhaps not set yet.</summary>
internal static class ThrowingThread
{
    public static void Buggy()
    {
        int parts = 0;
        int share = 0;
        var worker = new Thread(() => share = 100 / Volatile.Read(ref parts));
        worker.Start();
        Volatile.Write(ref parts, 4);
        worker.Join();
        Claim.That(share == 25, "100 / 4 = 25");
    }

    public static void Fixed()
    {
        int parts = 0;
        int share = 0;
        var worker = new Thread(() => share = 100 / Volatile.Read(ref parts));
        Volatile.Write(ref parts, 4);
        worker.Start();
        worker.Join();
        Claim.That(share == 25, "100 / 4 = 25");
    }
}
