using System.Collections.Concurrent;
using System.Globalization;
using Braid.Checking;

[assembly: AssemblyFixture(typeof(Braid.Verification.Summary))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]   // a garbage collection that another test causes makes a run begin again

namespace Braid.Verification;

/// <summary>Prints what was proved, when all tests have run.</summary>
public sealed class Summary : IDisposable
{
    private static readonly ConcurrentQueue<string> s_lines = [];

    internal static string Add(string name, int preemptions, ClockMode clock, CheckReport report)
    {
        double rate = report.Schedules / Math.Max(report.Elapsed.TotalSeconds, 0.001);
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"| {name.Replace('_', ' ')} | {preemptions} | {clock} | {report.Schedules:#,0} | {report.Elapsed.TotalSeconds:0.00} | " +
            $"{rate:#,0} | {report.Verdict} |");
        s_lines.Enqueue(line);
        return line;
    }

    public void Dispose()
    {
        Console.WriteLine("| what holds | preemptions | clock | schedules | seconds | schedules/s | verdict |");
        Console.WriteLine("|---|---:|---|---:|---:|---:|---|");
        foreach (string line in s_lines)
        {
            Console.WriteLine(line);
        }
    }
}
