using System.Globalization;

namespace Braid.Stress;

/// <summary>The processes that descend from this one, as the system sees them.</summary>
internal static class Kin
{
    private const int Parent = 1;

    /// <summary>Whether there is such a process and it has not ended; a zombie has.</summary>
    public static bool Runs(int pid) => FieldsOf(pid) is [not ("Z" or "X"), ..];

    public static bool IsChild(int pid) => ParentOf(pid) == Environment.ProcessId;

    /// <summary>Children that have not ended.</summary>
    public static IEnumerable<int> Children() => Descendants().Where(pid => IsChild(pid) && Runs(pid));

    /// <summary>Processes that were born with a text in their environment and have outlived those who connect them with this one.</summary>
    public static IReadOnlyList<int> Orphans(string mark) =>
        [.. All().Except(Descendants()).Where(pid => Read($"/proc/{pid}/environ").Contains(mark, StringComparison.Ordinal))];

    /// <summary>Children, their children, and so on, zombies too.</summary>
    public static IReadOnlyList<int> Descendants()
    {
        ILookup<int, int> childrenOf = All().ToLookup(ParentOf);
        List<int> found = [.. childrenOf[Environment.ProcessId]];
        for (int index = 0; index < found.Count; index++)
        {
            found.AddRange(childrenOf[found[index]]);
        }

        return found;
    }

    /// <summary>Whether any of them runs, or would if it were given a processor.</summary>
    public static bool IsBusy() => Descendants().SelectMany(StatesOf).Any(static state => state is "R" or "D");

    /// <summary>One line: its number, its state, and what each of its threads is doing in the kernel.</summary>
    public static string Describe(int pid)
    {
        string state = FieldsOf(pid) is [var letter, var parent, ..] ? $"state {letter}, child of {parent}" : "gone";
        return $"process {pid}: {state}; threads: {string.Join(", ", ThreadsOf(pid))}";
    }

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
        .Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _))
        .Select(name => int.Parse(name!, CultureInfo.InvariantCulture));

    private static IEnumerable<string> ThreadsOf(int pid) =>
        TasksOf(pid).Select(task => $"{Read($"{task}/comm")}:{Read($"{task}/wchan")}").CountBy(what => what).Select(what => $"{what.Value} x {what.Key}");

    private static IEnumerable<string> StatesOf(int pid) => TasksOf(pid).Select(FieldsIn).OfType<string[]>().Select(static fields => fields[0]);

    private static string[] TasksOf(int pid)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{pid}/task");
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static int ParentOf(int pid) => FieldsOf(pid) is { } fields ? int.Parse(fields[Parent], CultureInfo.InvariantCulture) : 0;

    private static string[]? FieldsOf(int pid) => FieldsIn($"/proc/{pid}");

    private static string[]? FieldsIn(string folder)
    {
        string text = Read($"{folder}/stat");
        return text.Length == 0 ? null : text[(text.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
