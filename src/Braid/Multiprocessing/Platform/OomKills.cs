using System.Globalization;

namespace Braid.Multiprocessing;

/// <summary>
/// How often the system has killed a process of this one's control group because memory ran out. Without this evidence no death is
/// attributed to memory.
/// </summary>
internal static class OomKills
{
    private static readonly string? s_file = FindFile(ReadOrEmpty("/proc/self/cgroup"), File.Exists);

    private static long s_explained;   // by the monitor's thread: the kills up to here have each explained a death

    /// <summary>The number of kills so far; null if the system does not report it.</summary>
    public static long? Count() => s_file is not null && ReadOrEmpty(s_file) is { Length: > 0 } text ? CountIn(text) : null;

    /// <summary>Whether a kill explains a death. A kill explains one death. By the monitor's thread.</summary>
    /// <param name="before">The result of <see cref="Count()"/> when the process was started; without it nothing is known.</param>
    public static bool Explain(long? before) => Explain(before, Count(), ref s_explained);

    internal static bool Explain(long? before, long? now, ref long explained)
    {
        long known = Math.Max(before ?? long.MaxValue, explained);
        if (now is null || now <= known)
        {
            return false;
        }

        explained = known + 1;
        return true;
    }

    /// <summary>The file with the counter: of control groups version 2, or of the memory controller of version 1.</summary>
    internal static string? FindFile(string groups, Func<string, bool> exists)
    {
        IEnumerable<string[]> lines = groups.Split('\n').Select(static line => line.Split(':', 3)).Where(static parts => parts.Length == 3);
        foreach (string[] parts in lines.OrderByDescending(static parts => parts[1].Length))
        {
            bool isFirst = parts[1].Split(',').Contains("memory");
            if (!isFirst && parts[1].Length > 0)
            {
                continue;
            }

            string root = isFirst ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup";
            string name = isFirst ? "memory.oom_control" : "memory.events";
            // Inside a container the group's path may be the host's
            string? file = new[] { $"{root}{parts[2].TrimEnd('/')}/{name}", $"{root}/{name}" }.FirstOrDefault(exists);
            if (file is not null)
            {
                return file;
            }
        }

        return null;
    }

    internal static long CountIn(string text) =>
        text.Split('\n').Select(static line => line.Split(' ')).Where(static parts => parts is ["oom_kill", _])
            .Select(static parts => long.Parse(parts[1], CultureInfo.InvariantCulture)).FirstOrDefault();

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
