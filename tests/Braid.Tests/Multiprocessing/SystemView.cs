using System.Globalization;
using System.Runtime.InteropServices;

namespace Braid.Tests;

/// <summary>What the system says of processes, and signals to them.</summary>
internal static partial class SystemView
{
    public const int Abort = 6;
    public const int Kill = 9;
    public const int Segmentation = 11;
    public const int Terminate = 15;
    public const int Stop = 19;
    public const int Interrupt = 2;
    public const int Continue = 18;

    /// <summary>Whether there is such a process and it has not ended; a zombie has.</summary>
    public static bool Runs(int pid) => StatOf($"/proc/{pid}/stat") is [not ("Z" or "X"), ..];

    public static bool IsStopped(int pid) => StatOf($"/proc/{pid}/stat") is ["T", ..];

    /// <summary>The children of a process, theirs, and so on, with what tells each from a later process of the same number.</summary>
    public static IReadOnlyList<(int Pid, string Start)> DescendantsOf(int pid)
    {
        var all = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
            .Select(name => (Pid: int.Parse(name!, CultureInfo.InvariantCulture), Stat: StatOf($"/proc/{name}/stat")))
            .Where(entry => entry.Stat.Length > 0).ToList();
        List<(int Pid, string Start)> found = [];
        List<int> parents = [pid];
        while (parents.Count > 0)
        {
            var children = all.Where(entry => parents.Contains(int.Parse(entry.Stat[1], CultureInfo.InvariantCulture))).ToList();
            found.AddRange(children.Select(entry => (entry.Pid, entry.Stat[19])));
            parents = [.. children.Select(entry => entry.Pid)];
        }

        return found;
    }

    public static bool Runs((int Pid, string Start) process) => StatOf($"/proc/{process.Pid}/stat") is [not ("Z" or "X"), ..] stat && stat[19] == process.Start;

    /// <summary>What a process has open: numbers, and what they mean.</summary>
    public static SortedDictionary<int, string> DescriptorsOf(int pid)
    {
        SortedDictionary<int, string> open = [];
        foreach (string path in Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd"))
        {
            try
            {
                if (new FileInfo(path).LinkTarget is { } target)
                {
                    open[int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)] = target;
                }
            }
            catch (IOException)
            {
                // closed meanwhile: the enumeration's own
            }
        }

        return open;
    }

    /// <summary>How many clock ticks a thread of this process has computed.</summary>
    public static long TicksOf(string threadName)
    {
        string[] stat = StatOf($"{TasksNamed(threadName).Single()}/stat");
        return long.Parse(stat[11], CultureInfo.InvariantCulture) + long.Parse(stat[12], CultureInfo.InvariantCulture);
    }

    /// <summary>Bytes of a process's memory: its share of what is resident, and what is resident and only its own.</summary>
    public static (long Share, long Own) MemoryOf(int pid)
    {
        var sizes = File.ReadLines($"/proc/{pid}/smaps_rollup").Skip(1).Select(static line => line.Split(':')).ToDictionary(
            static parts => parts[0],
            static parts => 1024 * long.Parse(parts[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
        return (sizes["Pss"], sizes["Private_Clean"] + sizes["Private_Dirty"]);
    }

    /// <summary>Whether there are threads of that name in this process, and all of them sleep.</summary>
    public static bool Sleeps(string threadName) => TasksNamed(threadName) is [_, ..] tasks && tasks.TrueForAll(Sleeping);

    /// <summary>Whether all threads of a process sleep.</summary>
    public static bool Sleeps(int pid) => Directory.EnumerateDirectories($"/proc/{pid}/task").All(Sleeping);

    /// <summary>To one process, by its number: 0, 1 and what is negative would reach others.</summary>
    public static void Signal(int pid, int signal)
    {
        Assert.True(pid > 1, $"{pid} is no process of ours.");
        Assert.Equal(0, SendSignal(pid, signal));
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void ExitNow(int code);

    [LibraryImport("libc", EntryPoint = "abort")]
    public static partial void AbortNow();

    [LibraryImport("libc", EntryPoint = "strlen")]
    public static partial nint LengthOf(nint text);

    [LibraryImport("libc", EntryPoint = "write")]
    public static unsafe partial nint Write(int descriptor, byte* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    public static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int CloseDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);

    /// <summary>The threads of this process that have the name, of which the kernel knows the first 15 letters.</summary>
    private static List<string> TasksNamed(string threadName) =>
        [.. Directory.EnumerateDirectories("/proc/self/task").Where(path => NameOf(path) == threadName[..Math.Min(15, threadName.Length)])];

    private static bool Sleeping(string task) => StatOf($"{task}/stat") is ["S", ..];

    private static string? NameOf(string task)
    {
        try
        {
            return File.ReadAllText($"{task}/comm").TrimEnd();
        }
        catch (IOException)
        {
            return null;   // it has ended meanwhile
        }
    }

    /// <summary>The fields from the state on; none when there is no such process.</summary>
    private static string[] StatOf(string path)
    {
        try
        {
            string text = File.ReadAllText(path);
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
