using Braid.Checking;
using BugZoo;

namespace Harness;

/// <summary>Whether the checker finds nothing in the mended twins.</summary>
internal static class Silence
{
    private static readonly SearchStrategy[] s_strategies =
    [
        SearchStrategy.Mix, SearchStrategy.Random, SearchStrategy.Pct, SearchStrategy.Pos, SearchStrategy.Urw, SearchStrategy.Bounded,
    ];

    /// <returns>Whether nothing was found in any.</returns>
    public static bool Print(IReadOnlyList<ZooEntry> entries, int limit)
    {
        Console.WriteLine($"What is reported of the mended twins in {limit:#,0} schedules.");
        Console.WriteLine();
        Console.WriteLine("| program | mix | random | pct | pos | urw | bounded |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        bool good = true;
        foreach (ZooEntry entry in entries)
        {
            List<CheckReport> reports = [.. s_strategies.Select(strategy => Search(entry, strategy, limit))];
            good &= reports.TrueForAll(report => !report.Failed);
            Console.WriteLine($"| {entry.Name} | {string.Join(" | ", reports.Select(report => report.Failed ? $"{report.Verdict}: {report.Sentence}" : $"silent, {report.Schedules:#,0}"))} |");
        }

        return good;
    }

    private static CheckReport Search(ZooEntry entry, SearchStrategy strategy, int limit) => Check.Explore(entry.Fixed.Method, new CheckOptions
    {
        Schedules = limit,
        Time = Timeout.InfiniteTimeSpan,
        Strategy = strategy,
        Preemptions = int.MaxValue,
    });
}
