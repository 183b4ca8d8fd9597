namespace BugZoo.Literature;

/// <summary>The producer wakes the consumer only if that says that it waits; it may be just about to.</summary>
internal static class WaitingFlag
{
    public static void Buggy()
    {
        using var arrived = new ManualResetEventSlim();
        bool item = false;
        bool waiting = false;
        Crew.Run(
            () =>
            {
                if (!item)
                {
                    waiting = true;
                    arrived.Wait();
                }
            },
            () =>
            {
                item = true;
                if (waiting)
                {
                    arrived.Set();
                }
            });
    }

    public static void Fixed()
    {
        using var arrived = new ManualResetEventSlim();
        bool item = false;
        Crew.Run(
            () =>
            {
                if (!Volatile.Read(ref item))
                {
                    arrived.Wait();
                }
            },
            () =>
            {
                Volatile.Write(ref item, true);
                arrived.Set();
            });
    }
}
