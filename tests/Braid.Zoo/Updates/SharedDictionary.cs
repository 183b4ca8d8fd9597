namespace BugZoo.Updates;

/// <summary>Two threads count words in a plain dictionary.</summary>
internal static class SharedDictionary
{
    public static void Buggy()
    {
        var counts = new Dictionary<string, int>();
        Crew.Run(() => Count(counts, "word"), () => Count(counts, "word"));
        Claim.That(counts["word"] == 2, "the word was counted twice");
    }

    public static void Fixed()
    {
        var counts = new Dictionary<string, int>();
        Crew.Run(() => CountUnderLock(counts, "word"), () => CountUnderLock(counts, "word"));
        Claim.That(counts["word"] == 2, "the word was counted twice");
    }

    private static void Count(Dictionary<string, int> counts, string word)
    {
        counts.TryGetValue(word, out int count);
        counts[word] = count + 1;
    }

    private static void CountUnderLock(Dictionary<string, int> counts, string word)
    {
        lock (counts)
        {
            Count(counts, word);
        }
    }
}
