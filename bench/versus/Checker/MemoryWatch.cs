using System.Diagnostics;
using Braid.Checking;

namespace Checker;

/// <summary>Looks at the memory while a search goes on, each time it has come so far.</summary>
internal sealed class MemoryWatch(params int[] at) : IProgress<CheckProgress>
{
    private const long Slack = 16 << 20;

    private readonly List<(long Schedules, long Heap, long WorkingSet)> _seen = [];

    /// <summary>Whether neither the heap nor the working set has grown from the first look to the last by more than 16 MB.</summary>
    public bool IsFlat => _seen.Count == at.Length && _seen[^1].Heap - _seen[0].Heap < Slack && _seen[^1].WorkingSet - _seen[0].WorkingSet < Slack;

    public void Report(CheckProgress value)
    {
        if (_seen.Count < at.Length && value.Schedules >= at[_seen.Count])
        {
            long heap = GC.GetTotalMemory(forceFullCollection: true);
            using var process = Process.GetCurrentProcess();
            _seen.Add((value.Schedules, heap, process.WorkingSet64));
        }
    }

    public void Print()
    {
        Console.WriteLine("| after | managed heap | working set |");
        Console.WriteLine("|---:|---:|---:|");
        foreach ((long schedules, long heap, long workingSet) in _seen)
        {
            Console.WriteLine($"| {schedules:#,0} schedules | {heap / 1e6:0.0} MB | {workingSet / 1e6:0.0} MB |");
        }
    }
}
