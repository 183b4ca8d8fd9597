using System.Diagnostics;
using System.Globalization;

namespace Braid.Stress;

/// <summary>What processes can leave behind in the one that started them, and in the system.</summary>
internal sealed class Residue
{
    private readonly Dictionary<string, string[]> _found;   // by kind: one line for each thing

    private Residue(string folder) => _found = new Dictionary<string, string[]>
    {
        ["processes"] = [.. Kin.Descendants().Select(Kin.Describe)],
        ["orphans"] = [.. Kin.Orphans(folder).Select(Kin.Describe)],   // the folder is in the environment of all that were started
        ["descriptors"] = [.. Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(Target).OfType<string>().Where(target => !target.EndsWith(".dll", StringComparison.Ordinal) && !target.EndsWith(".pdb", StringComparison.Ordinal))],   // .NET loads what it needs
        ["mappings"] = [.. File.ReadLines("/proc/self/maps").Where(line => line.Contains("memfd:braid", StringComparison.Ordinal))],
        ["threads"] = [.. Directory.EnumerateDirectories("/proc/self/task").Select(NameOf).Where(IsCounted)],
        ["temporary files"] = Directory.GetFileSystemEntries(folder),
        ["named memory"] = Directory.GetFiles("/dev/shm", $"*{OwnNames}*"),
    };

    /// <summary>Part of the names of all shared memory that scenarios make.</summary>
    public static string OwnNames { get; } = $"chaos-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}-";

    /// <summary>What there is once nothing changes any more: one worker is always kept for the next process.</summary>
    public static Residue Settled(string folder, TimeSpan patience)
    {
        long startedAt = Stopwatch.GetTimestamp();
        Residue residue;
        do
        {
            residue = Look(folder);
        }
        while (residue._found["processes"].Length != 1 && Stopwatch.GetElapsedTime(startedAt) < patience);
        return residue;
    }

    /// <summary>Waits until there is no more than before.</summary>
    /// <returns>What was still too much when patience was at its end; empty when nothing was.</returns>
    public static string LeftBehind(Residue before, string folder, TimeSpan patience)
    {
        long startedAt = Stopwatch.GetTimestamp();
        string excess;
        do
        {
            excess = Look(folder).ExcessOver(before);
        }
        while (excess.Length > 0 && Stopwatch.GetElapsedTime(startedAt) < patience);
        return excess;
    }

    private static Residue Look(string folder)
    {
        Thread.Sleep(100);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return new Residue(folder);
    }

    /// <summary>Threads of .NET, and those of Braid that run what users have given it, come and go.</summary>
    private static bool IsCounted(string thread) => !thread.StartsWith(".NET", StringComparison.Ordinal) && !thread.StartsWith("Braid callbacks", StringComparison.Ordinal);

    private static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText($"{task}/comm").TrimEnd();
        }
        catch (IOException)
        {
            return ".NET";   // it has ended meanwhile
        }
    }

    /// <returns>Null when it was closed meanwhile, as the enumeration's own is.</returns>
    private static string? Target(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private string ExcessOver(Residue before) => string.Concat(
        from kind in _found.Keys
        let now = _found[kind]
        let then = before._found[kind]
        where now.Length > then.Length
        select $"{Environment.NewLine}{now.Length} {kind}, {then.Length} before; more of:{string.Concat(More(now, then).Take(20).Select(line => $"{Environment.NewLine}    {line}"))}");

    /// <summary>Numbers apart, what there is more of.</summary>
    private static IEnumerable<string> More(string[] now, string[] then) => now.GroupBy(WithoutNumbers)
        .Where(group => group.Count() > then.Count(line => WithoutNumbers(line) == group.Key))
        .SelectMany(group => group);

    private static string WithoutNumbers(string line) => string.Concat(line[Math.Max(0, line.IndexOf('/', StringComparison.Ordinal))..].Where(letter => !char.IsAsciiDigit(letter)));
}
