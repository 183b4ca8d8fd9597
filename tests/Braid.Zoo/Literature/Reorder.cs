namespace BugZoo.Literature;

/// <summary>All but one thread set a and then b; one looks, and must see both or none.</summary>
internal static class Reorder
{
    public static void Buggy3() => Run(3, Set, IsWhole);

    public static void Buggy5() => Run(5, Set, IsWhole);

    public static void Buggy10() => Run(10, Set, IsWhole);

    public static void Buggy20() => Run(20, Set, IsWhole);

    public static void Fixed3() => Run(3, SetUnderLock, IsWholeUnderLock);

    public static void Fixed5() => Run(5, SetUnderLock, IsWholeUnderLock);

    public static void Fixed10() => Run(10, SetUnderLock, IsWholeUnderLock);

    public static void Fixed20() => Run(20, SetUnderLock, IsWholeUnderLock);

    private static void Run(int threads, Action<Pair> set, Func<Pair, bool> isWhole)
    {
        var pair = new Pair();
        bool whole = false;
        var work = new Action[threads];
        Array.Fill(work, () => set(pair));
        work[^1] = () => whole = isWhole(pair);
        Crew.Run(work);
        Claim.That(whole, "both are set, or none");
    }

    private static void Set(Pair pair)
    {
        pair.A = 1;
        pair.B = -1;
    }

    private static bool IsWhole(Pair pair) => (pair.A == 0 && pair.B == 0) || (pair.A == 1 && pair.B == -1);

    private static void SetUnderLock(Pair pair)
    {
        lock (pair)
        {
            Set(pair);
        }
    }

    private static bool IsWholeUnderLock(Pair pair)
    {
        lock (pair)
        {
            return IsWhole(pair);
        }
    }

    private sealed class Pair
    {
        public int A;
        public int B;
    }
}
