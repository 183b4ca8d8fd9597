namespace Braid.Verification.Lessons;

/// <summary>What samples/lessons/fresh_lock.cs teaches: a lock that is made in each call lets everybody in.</summary>
internal static class FreshLock
{
    public static void Buggy() => Run(static () => new Threading.Lock());

    public static void Fixed()
    {
        var gate = new Threading.Lock();
        Run(() => gate);
    }

    private static void Run(Func<Threading.Lock> gate)
    {
        int inside = 0;
        int twoWereInside = 0;
        var first = new Threading.Thread(Enter);
        var second = new Threading.Thread(Enter);
        first.Start();
        second.Start();
        Threading.Thread.JoinAll(first, second);
        Claim.That(twoWereInside == 0, "one thread at a time is inside");

        void Enter()
        {
            using (gate().EnterScope())
            {
                if (Interlocked.Increment(ref inside) == 2)
                {
                    Interlocked.Exchange(ref twoWereInside, 1);
                }

                Interlocked.Decrement(ref inside);
            }
        }
    }
}
