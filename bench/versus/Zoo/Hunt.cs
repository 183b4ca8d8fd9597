using System.Globalization;
using System.Reflection;
using Braid.Checking;
using BugZoo;

namespace Harness;

/// <summary>The mean number of schedules to the failure, over several seeds.</summary>
/// <remarks>
/// A seed that finds nothing counts with all the schedules it ran, so a mean with misses is too low; the number of misses stands beside it.
/// A data race counts only for programs that have no worse fault: else the search goes on to what the race leads to, as the published figures do.
/// A bounded search does not depend on the seed, so it runs once.
/// </remarks>
internal static class Hunt
{
    private static readonly SearchStrategy[] s_strategies =
    [
        SearchStrategy.Mix, SearchStrategy.Random, SearchStrategy.Pct, SearchStrategy.Pos, SearchStrategy.Urw, SearchStrategy.Bounded,
    ];

    /// <returns>Whether the mix finds every bug, under a name that it may have.</returns>
    public static bool Print(IReadOnlyList<ZooEntry> entries, int seeds, int limit)
    {
        Console.WriteLine($"Mean schedules to the failure, {seeds} seeds, at most {limit:#,0} schedules each.");
        Console.WriteLine();
        Console.WriteLine("| program | published mix | mix | random | pct | pos | urw | bounded | verdicts |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---|");
        bool good = true;
        int known = 0;
        int near = 0;
        foreach (ZooEntry entry in entries)
        {
            var verdicts = new SortedSet<string>(StringComparer.Ordinal);
            List<Finds> finds = [.. s_strategies.Select(strategy => Search(entry, strategy, seeds, limit, verdicts))];
            bool isNamed = verdicts.All(verdict => entry.Verdicts.Contains(verdict));
            good &= isNamed && finds[0].Misses == 0;
            if (entry.Mix is { } mix)
            {
                known++;
                near += finds[0].Mean <= 3 * mix && finds[0].Misses == 0 ? 1 : 0;
            }

            string published = entry.Mix?.ToString("#,0.#", CultureInfo.InvariantCulture) ?? "";
            Console.WriteLine($"| {entry.Name} | {published} | {string.Join(" | ", finds)} | {string.Join(", ", verdicts)}{(isNamed ? "" : ", unexpected")} |");
        }

        Console.WriteLine();
        Console.WriteLine($"Within three times the published mix: {near} of {known}.");
        return good;
    }

    private static Finds Search(ZooEntry entry, SearchStrategy strategy, int seeds, int limit, SortedSet<string> verdicts)
    {
        MethodInfo method = entry.Buggy.Method;
        double schedules = 0;
        int misses = 0;
        int runs = strategy == SearchStrategy.Bounded ? 1 : seeds;
        for (int seed = 1; seed <= runs; seed++)
        {
            CheckReport report = Check.Explore(method, new CheckOptions
            {
                Schedules = limit,
                Time = Timeout.InfiniteTimeSpan,
                Seed = (ulong)seed,
                Strategy = strategy,
                Preemptions = int.MaxValue,
                Races = entry.Verdicts is ["DataRace"] ? RaceMode.Report : RaceMode.Explore,
                IsVerdictOnly = true,
            });
            schedules += report.Schedules;
            if (report.Failed)
            {
                verdicts.Add(report.Verdict.ToString());
            }
            else
            {
                misses++;
            }
        }

        return new Finds(schedules / runs, misses, runs);
    }

    private sealed record Finds(double Mean, int Misses, int Runs)
    {
        public override string ToString() =>
            Misses == Runs ? "not found"
            : string.Create(CultureInfo.InvariantCulture, $"{Mean:#,0.#}{(Misses == 0 ? "" : $" ({Misses} missed)")}");
    }
}
