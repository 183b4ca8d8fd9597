namespace BugZoo.Updates;

/// <summary>Two threads add to a plain list.</summary>
internal static class SharedList
{
    public static void Buggy()
    {
        var results = new List<int>();
        Crew.Run(() => results.Add(1), () => results.Add(2));
        Claim.That(results.Count == 2, "both results are there");
    }

    public static void Fixed()
    {
        var results = new List<int>();
        Crew.Run(() => Add(1), () => Add(2));
        Claim.That(results.Count == 2, "both results are there");

        void Add(int result)
        {
            lock (results)
            {
                results.Add(result);
            }
        }
    }
}
