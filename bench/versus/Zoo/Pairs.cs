using Braid.Checking;
using BugZoo.Collections;

namespace Harness;

/// <summary>Whether the checker finds nothing in any two calls of collections that are made for several threads.</summary>
internal static class Pairs
{
    /// <returns>Whether nothing was found in any pair.</returns>
    public static bool Print(string only, int limit)
    {
        Console.WriteLine($"What is reported of pairs of calls in {limit:#,0} schedules each.");
        Console.WriteLine();
        Console.WriteLine("| collection | pairs | silent | proved | schedules |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        bool good = true;
        foreach (string kind in CollectionPairs.Kinds.Where(kind => kind.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            List<(string Pair, CheckReport Report)> reports = [.. Search(kind, limit)];
            List<(string Pair, CheckReport Report)> loud = reports.FindAll(found => found.Report.Failed);
            Console.WriteLine($"| {kind} | {reports.Count:#,0} | {reports.Count - loud.Count:#,0} | {reports.Count(found => found.Report.Exhaustive):#,0} | {reports.Sum(found => found.Report.Schedules):#,0} |");
            loud.ForEach(found => Console.Error.WriteLine($"{kind}, {found.Pair}:{Environment.NewLine}{found.Report}{Environment.NewLine}"));
            good &= loud.Count == 0;
        }

        return good;
    }

    private static IEnumerable<(string Pair, CheckReport Report)> Search(string kind, int limit)
    {
        IReadOnlyList<string> operations = CollectionPairs.Operations(kind);
        for (int i = 0; i < operations.Count; i++)
        {
            for (int k = i; k < operations.Count; k++)
            {
                (int one, int other) = (i, k);
                yield return ($"{operations[i]} and {operations[k]}", Check.Explore(() => CollectionPairs.Run(kind, one, other), new CheckOptions { Schedules = limit, Time = Timeout.InfiniteTimeSpan }));
            }
        }
    }
}
