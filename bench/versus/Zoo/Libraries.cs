using System.Reflection;
using Braid.Checking;
using LibraryUse;

namespace Harness;

/// <summary>Whether the checker finds nothing in correct uses of libraries that many programs use.</summary>
internal static class Libraries
{
    /// <returns>Whether nothing was found in any.</returns>
    public static bool Print(string only, int limit)
    {
        Console.WriteLine($"What is reported of correct uses of libraries in {limit:#,0} schedules.");
        Console.WriteLine();
        Console.WriteLine("| body | verdict | schedules | a second | notes | seconds with loading |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|");
        bool good = true;
        foreach (MethodInfo body in LibraryBodies.All.Where(body => body.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            long began = System.Diagnostics.Stopwatch.GetTimestamp();
            CheckReport report = Check.Explore(body, new CheckOptions { Schedules = limit, Time = Timeout.InfiniteTimeSpan });
            Console.WriteLine($"| {body.Name.Replace('_', ' ')} | {report.Verdict} | {report.Schedules:#,0} | {report.Schedules / report.Elapsed.TotalSeconds:#,0} | {report.Notes.Count} | {System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalSeconds:n1} |");
            good &= !report.Failed;
            if (report.Failed || report.Notes.Count > 0)
            {
                Console.Error.WriteLine($"{body.Name}:{Environment.NewLine}{report}{Environment.NewLine}");
            }
        }

        return good;
    }
}
