namespace BugZoo.Ends;

/// <summary>A work item of the thread pool uses what is made only after it was queued. Its exception ends the program.</summary>
internal static class ThrowingWorkItem
{
    public static void Buggy()
    {
        string? address = null;
        using var done = new ManualResetEventSlim();
        ThreadPool.QueueUserWorkItem(_ => Use());
        Volatile.Write(ref address, "localhost");
        done.Wait();

        void Use()
        {
            _ = Volatile.Read(ref address)!.Length;
            done.Set();
        }
    }

    public static void Fixed()
    {
        string? address = null;
        using var done = new ManualResetEventSlim();
        Volatile.Write(ref address, "localhost");
        ThreadPool.QueueUserWorkItem(_ => Use());
        done.Wait();

        void Use()
        {
            _ = Volatile.Read(ref address)!.Length;
            done.Set();
        }
    }
}
