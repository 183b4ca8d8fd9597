using System.Globalization;

namespace Braid.Cli;

/// <summary>How much else one process or user may have. Null is: not limited, or not told.</summary>
/// <param name="OpenFiles">How many files this process may have open; .NET raises this to the most that it may ask for.</param>
/// <param name="UserTasks">How many threads, in all processes together, the user may have; the system does not hold root to it.</param>
/// <param name="GroupTasks">How many threads, in all processes together, the control group may have.</param>
internal sealed record LimitFacts(long? OpenFiles, long? UserTasks, long? GroupTasks)
{
    public static LimitFacts Read(ControlGroups groups, Func<string, string?> read)
    {
        string[] lines = SystemFiles.LinesOf(read("/proc/self/limits"));
        return new LimitFacts(SoftLimitOf(lines, "Max open files"), Environment.IsPrivilegedProcess ? null : SoftLimitOf(lines, "Max processes"), groups.Tasks());
    }

    /// <summary>The first number of a line such as <c>Max open files            1024                 524288               files</c>.</summary>
    private static long? SoftLimitOf(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [string soft, ..]
            && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : null;
}
