using System.Globalization;

namespace Braid.Cli;

/// <summary>How much memory may be used, and what limits it.</summary>
/// <param name="MachineBytes">The machine's memory.</param>
/// <param name="LimitBytes">The control group's limit; null if there is none.</param>
/// <param name="LimitFile">The file that states that limit.</param>
/// <param name="FreeBytes">What is still available without swapping; null if the system does not report it.</param>
internal sealed record MemoryFacts(long MachineBytes, long? LimitBytes, string? LimitFile, long? FreeBytes)
{
    public static MemoryFacts Read(ControlGroups groups, Func<string, string?> read)
    {
        string[] lines = SystemFiles.LinesOf(read("/proc/meminfo"));
        long machine = BytesOf(lines, "MemTotal:") ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        MemoryGroup? group = groups.Memory() is { } found && found.LimitBytes < machine ? found : null;
        long? available = BytesOf(lines, "MemAvailable:");
        return new MemoryFacts(
            machine, group?.LimitBytes, group?.File, group is null ? available : Math.Min(group.FreeBytes, available ?? long.MaxValue));
    }

    /// <summary>The value of a line such as <c>MemTotal:  24682416 kB</c>.</summary>
    private static long? BytesOf(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))
            ?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, string kilobytes, ..]
            ? long.Parse(kilobytes, CultureInfo.InvariantCulture) * 1024
            : null;
}
