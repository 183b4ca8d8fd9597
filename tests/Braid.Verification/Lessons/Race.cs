namespace Braid.Verification.Lessons;

/// <summary>What samples/lessons/race.cs teaches: two threads that read, compute and write back lose an update.</summary>
internal static class Race
{
    public static void Buggy()
    {
        int value = 0;
        Run(AddOne, AddOne);
        Claim.That(value == 2, "1 + 1 = 2");

        void AddOne()
        {
            int copy = value;
            copy = copy + 1;
            value = copy;
        }
    }

    public static void Fixed()
    {
        int value = 0;
        var gate = new Threading.Lock();
        Run(AddOneWithLock, AddOneWithLock);
        Claim.That(value == 2, "1 + 1 = 2");

        void AddOneWithLock()
        {
            using (gate.EnterScope())
            {
                int copy = value;
                copy = copy + 1;
                value = copy;
            }
        }
    }

    private static void Run(Action one, Action other)
    {
        var first = new Threading.Thread(one);
        var second = new Threading.Thread(other);
        first.Start();
        second.Start();
        first.Join();
        second.Join();
    }
}
