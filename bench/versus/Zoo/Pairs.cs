using Braid.Checking;
using BugZoo.Calls;

namespace Harness;

/// <summary>Whether the checker finds nothing in any few calls of what is made for several threads.</summary>
internal static class Pairs
{
    /// <param name="only">A part of the kinds to check.</param>
    /// <param name="calls">How many calls are made at once: 2 or 3.</param>
    /// <param name="limit">How many schedules are run of each choice of them.</param>
    /// <returns>Whether nothing was found in any choice.</returns>
    public static bool Print(string only, int calls, int limit)
    {
        Console.WriteLine($"What is reported of {calls} calls at once in {limit:#,0} schedules each.");
        Console.WriteLine();
        Console.WriteLine("| kind | choices | silent | proved | schedules | notes | seconds |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
        bool good = true;
        foreach (string kind in ConcurrentCalls.Kinds.Where(kind => kind.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            long began = System.Diagnostics.Stopwatch.GetTimestamp();
            IReadOnlyList<string> operations = ConcurrentCalls.Operations(kind);
            (int choices, int silent, int proved, int notes, long schedules) = (0, 0, 0, 0, 0);
            foreach (int[] chosen in ConcurrentCalls.Choices(kind, calls))
            {
                CheckReport report = Search(kind, chosen, limit);
                choices++;
                silent += report.Verdict == Verdict.Passed ? 1 : 0;
                proved += report.Exhaustive ? 1 : 0;
                notes += report.Notes.Count;
                schedules += report.Schedules;
                if (report.Verdict != Verdict.Passed)
                {
                    Console.Error.WriteLine($"{kind}, {string.Join(" and ", chosen.Select(number => operations[number]))}:");
                    Console.Error.WriteLine($"{report}{Environment.NewLine}");
                }
            }

            double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalSeconds;
            Console.WriteLine($"| {kind} | {choices:#,0} | {silent:#,0} | {proved:#,0} | {schedules:#,0} | {notes:#,0} | {seconds:n0} |");
            good &= silent == choices;
        }

        return good;
    }

    private static CheckReport Search(string kind, int[] chosen, int limit)
    {
        var options = new CheckOptions { Schedules = limit, Time = Timeout.InfiniteTimeSpan, Preemptions = int.MaxValue };
        (int one, int other, int last) = (chosen[0], chosen[1], chosen[^1]);
        return chosen.Length == 2
            ? Check.Explore(() => ConcurrentCalls.Run(kind, one, other), options)
            : Check.Explore(() => ConcurrentCalls.Run(kind, one, other, last), options);
    }
}
