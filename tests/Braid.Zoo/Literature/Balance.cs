namespace BugZoo.Literature;

/// <summary>A withdrawal reads the balance in one critical section and stores it in another. No data race: every access holds the lock.</summary>
internal static class Balance
{
    public static void Buggy()
    {
        var gate = new Lock();
        int balance = 100;
        var withdrawal = new Thread(() =>
        {
            int read;
            lock (gate)
            {
                read = balance;
            }

            lock (gate)
            {
                balance = read - 30;
            }
        });
        withdrawal.Start();
        lock (gate)
        {
            balance += 50;
        }

        withdrawal.Join();
        Claim.That(balance == 120, "100 + 50 - 30 = 120");
    }

    public static void Fixed()
    {
        var gate = new Lock();
        int balance = 100;
        var withdrawal = new Thread(() =>
        {
            lock (gate)
            {
                int read = balance;
                balance = read - 30;
            }
        });
        withdrawal.Start();
        lock (gate)
        {
            balance += 50;
        }

        withdrawal.Join();
        Claim.That(balance == 120, "100 + 50 - 30 = 120");
    }
}
