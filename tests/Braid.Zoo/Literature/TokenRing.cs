namespace BugZoo.Literature;

/// <summary>Three threads pass a value on, each under the lock, but nothing says in which order.</summary>
internal static class TokenRing
{
    public static void Buggy() => Run(waitsForTurn: false);

    public static void Fixed() => Run(waitsForTurn: true);

    private static void Run(bool waitsForTurn)
    {
        object ring = new();
        int x1 = 1;
        int x2 = 2;
        int x3 = 1;
        bool passed1 = false;
        bool passed2 = false;
        bool passed3 = false;
        bool wrong = false;
        Crew.Run(
            () =>
            {
                lock (ring)
                {
                    x1 = (x3 + 1) % 4;
                    passed1 = true;
                    Monitor.PulseAll(ring);
                }
            },
            () =>
            {
                lock (ring)
                {
                    while (waitsForTurn && !passed1)
                    {
                        Monitor.Wait(ring);
                    }

                    x2 = x1;
                    passed2 = true;
                    Monitor.PulseAll(ring);
                }
            },
            () =>
            {
                lock (ring)
                {
                    while (waitsForTurn && !passed2)
                    {
                        Monitor.Wait(ring);
                    }

                    x3 = x2;
                    passed3 = true;
                }
            },
            () =>
            {
                lock (ring)
                {
                    wrong = passed1 && passed2 && passed3 && !(x1 == x2 && x2 == x3);
                }
            });
        Claim.That(!wrong, "when all have passed the token on, all have the same");
    }
}
