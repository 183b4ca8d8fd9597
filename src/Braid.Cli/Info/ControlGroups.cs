using System.Globalization;

namespace Braid.Cli;

/// <summary>The control groups that limit this process, of version 1 (one tree per resource) and version 2 (one tree for all).</summary>
/// <remarks>A limit applies to a group and all groups below it, so every group from the process's own up to the root is read.</remarks>
internal sealed class ControlGroups
{
    private const long Unlimited = 1L << 62;   // version 1 reports the largest number it can represent, a whole number of pages

    private readonly string _groups;
    private readonly string[][] _mounts;
    private readonly Func<string, string?> _read;

    private ControlGroups(string groups, string mounts, Func<string, string?> read)
    {
        _groups = groups;
        _mounts = [.. SystemFiles.LinesOf(mounts).Select(static line => line.Split(' '))];
        _read = read;
    }

    /// <param name="read">Returns a file's text; null if it does not exist.</param>
    public static ControlGroups OfThisProcess(Func<string, string?> read) =>
        new(read("/proc/self/cgroup") ?? "", read("/proc/self/mountinfo") ?? "", read);

    /// <summary>How many processors' worth of time the process may use; null if that is not limited.</summary>
    public Quota? Processors()
    {
        IEnumerable<Quota?> quotas = FoldersOf("cpu", out bool isFirst).Select(folder =>
        {
            string file = $"{folder}/{(isFirst ? "cpu.cfs_quota_us" : "cpu.max")}";
            string text = isFirst ? $"{_read(file)} {_read($"{folder}/cpu.cfs_period_us")}" : _read(file) ?? "";
            return text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries) is [string time, string period]
                && NumberIn(time) is > 0 and long some
                ? new Quota((double)some / long.Parse(period, CultureInfo.InvariantCulture), file)
                : null;
        });
        return quotas.Where(static quota => quota is not null).MinBy(static quota => quota!.Processors);
    }

    /// <summary>How much memory the process and its group may have; null if that is not limited.</summary>
    public MemoryGroup? Memory()
    {
        MemoryGroup[] limited =
        [
            .. FoldersOf("memory", out bool isFirst)
                .Select(folder => (Folder: folder, File: $"{folder}/{(isFirst ? "memory.limit_in_bytes" : "memory.max")}"))
                .Select(place => (place.Folder, place.File, Limit: NumberIn(_read(place.File))))
                .Where(static place => place.Limit is < Unlimited)
                .Select(
                    place =>
                        new MemoryGroup(place.Limit!.Value, Math.Max(0, place.Limit.Value - UsedIn(place.Folder, isFirst)), place.File)),
        ];
        return limited.MinBy(static group => group.LimitBytes) is { } tightest
            ? tightest with { FreeBytes = limited.Min(static group => group.FreeBytes) }
            : null;
    }

    /// <summary>How many processes and threads the group may have; null if that is not limited.</summary>
    public long? Tasks() => FoldersOf("pids", out _).Select(folder => NumberIn(_read($"{folder}/pids.max"))).Min();

    /// <summary>The memory in use that cannot be freed by dropping cached files.</summary>
    private long UsedIn(string folder, bool isFirst)
    {
        long used = NumberIn(_read($"{folder}/{(isFirst ? "memory.usage_in_bytes" : "memory.current")}")) ?? 0;
        string droppable = isFirst ? "total_inactive_file " : "inactive_file ";
        string? line = SystemFiles.LinesOf(_read($"{folder}/memory.stat"))
            .FirstOrDefault(line => line.StartsWith(droppable, StringComparison.Ordinal));
        return used - (NumberIn(line?[droppable.Length..]) ?? 0);
    }

    /// <summary>The folder of the process's group and those of the groups above it.</summary>
    private IEnumerable<string> FoldersOf(string controller, out bool isFirst)
    {
        string[][] groups =
            [.. SystemFiles.LinesOf(_groups).Select(static line => line.Split(':', 3)).Where(static parts => parts.Length == 3)];
        string[]? own = groups.FirstOrDefault(parts => parts[1].Split(',').Contains(controller));
        isFirst = own is not null;
        own ??= groups.FirstOrDefault(static parts => parts[1].Length == 0);
        bool first = isFirst;
        string[]? mount = _mounts.FirstOrDefault(fields => Array.IndexOf(fields, "-") is > 0 and int dash && fields.Length > dash + 3
            && (first ? fields[dash + 1] == "cgroup" && fields[dash + 3].Split(',').Contains(controller) : fields[dash + 1] == "cgroup2"));
        return own is null || mount is null ? [] : UpFrom(Within(own[2], mount[3]), mount[4]);
    }

    /// <summary>
    /// The path of a group below the mounted one. Inside a container it may be the host's path, which is not visible here.
    /// </summary>
    private static string Within(string group, string mounted) =>
        mounted == "/" ? group.TrimEnd('/')
        : group.StartsWith($"{mounted}/", StringComparison.Ordinal) ? group[mounted.Length..]
        : "";

    private static IEnumerable<string> UpFrom(string group, string top)
    {
        for (string folder = group; folder.Length > 0; folder = folder[..folder.LastIndexOf('/')])
        {
            yield return top + folder;
        }

        yield return top;
    }

    private static long? NumberIn(string? text) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long number) ? number : null;
}

/// <summary>A share of the processors' time.</summary>
/// <param name="Processors">The number of processors that it amounts to.</param>
/// <param name="File">The file that states it.</param>
internal sealed record Quota(double Processors, string File);

/// <summary>A memory limit.</summary>
/// <param name="LimitBytes">The limit.</param>
/// <param name="FreeBytes">What is left of it, or of the limit of a group above.</param>
/// <param name="File">The file that states the limit.</param>
internal sealed record MemoryGroup(long LimitBytes, long FreeBytes, string File);
