using System.Globalization;

namespace Braid.Cli;

/// <summary>How much memory may be used, and what limits it.</summary>
/// <param name="MachineBytes">What the machine has.</param>
/// <param name="LimitBytes">What the control group may have; null if that is not limited.</param>
/// <param name="LimitFile">Where that limit is written.</param>
/// <param name="FreeBytes">What can still be had without swapping; null if the system does not tell.</param>
internal sealed record MemoryFacts(long MachineBytes, long? LimitBytes, string? LimitFile, long? FreeBytes)
{
    public static MemoryFacts Read(ControlGroups groups, Func<string, string?> read)
    {
        string[] lines = SystemFiles.LinesOf(read("/proc/meminfo"));
        long machine = BytesOf(lines, "MemTotal:") ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        MemoryGroup? group = groups.Memory() is { } found && found.LimitBytes < machine ? found : null;
        long? available = BytesOf(lines, "MemAvailable:");
        return new MemoryFacts(machine, group?.LimitBytes, group?.File, group is null ? available : Math.Min(group.FreeBytes, available ?? long.MaxValue));
    }

    /// <summary>The value of a line such as <c>MemTotal:  24682416 kB</c>.</summary>
    private static long? BytesOf(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, string kilobytes, ..]
            ? long.Parse(kilobytes, CultureInfo.InvariantCulture) * 1024
            : null;
}
