namespace BugZoo.Literature;

/// <summary>The checker counts on a wrong balance, and only notices if it comes after both bookings.</summary>
internal static class Account
{
    public static void Buggy() => Run(expected: -5);

    public static void Fixed() => Run(expected: -1);

    private static void Run(int expected)
    {
        var gate = new Lock();
        int balance = 1;
        bool deposited = false;
        bool withdrawn = false;
        bool wrong = false;
        Crew.Run(
            () =>
            {
                lock (gate)
                {
                    balance += 2;
                    deposited = true;
                }
            },
            () =>
            {
                lock (gate)
                {
                    balance -= 4;
                    withdrawn = true;
                }
            },
            () =>
            {
                lock (gate)
                {
                    wrong = deposited && withdrawn && balance != expected;
                }
            });
        Claim.That(!wrong, $"after both bookings the balance is {expected}");
    }
}
