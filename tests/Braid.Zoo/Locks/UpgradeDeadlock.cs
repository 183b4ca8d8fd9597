namespace BugZoo.Locks;

/// <summary>A writer waits, with another lock in its hand, until the readers are gone; a reader waits for that other lock.</summary>
internal static class UpgradeDeadlock
{
    public static void Buggy()
    {
        using var table = new ReaderWriterLockSlim();
        object statistics = new();
        int entries = 0;
        int reads = 0;
        Crew.Run(
            () =>
            {
                lock (statistics)
                {
                    Upgrade(table, ref entries);
                }
            },
            () =>
            {
                table.EnterReadLock();
                lock (statistics)
                {
                    reads += entries >= 0 ? 1 : 0;
                }

                table.ExitReadLock();
            });
        Claim.That(entries == 1 && reads == 1, "one has written, one has read");
    }

    public static void Fixed()
    {
        using var table = new ReaderWriterLockSlim();
        object statistics = new();
        int entries = 0;
        int reads = 0;
        Crew.Run(
            () =>
            {
                lock (statistics)
                {
                    Upgrade(table, ref entries);
                }
            },
            () =>
            {
                table.EnterReadLock();
                bool seen = entries >= 0;
                table.ExitReadLock();
                lock (statistics)
                {
                    reads += seen ? 1 : 0;
                }
            });
        Claim.That(entries == 1 && reads == 1, "one has written, one has read");
    }

    private static void Upgrade(ReaderWriterLockSlim table, ref int entries)
    {
        table.EnterUpgradeableReadLock();
        if (entries == 0)
        {
            table.EnterWriteLock();
            entries++;
            table.ExitWriteLock();
        }

        table.ExitUpgradeableReadLock();
    }
}
