using System.Globalization;

namespace Braid.Cli;

/// <summary>The other limits of one process or user. Null means not limited, or unknown.</summary>
/// <param name="OpenFiles">How many files this process may open; .NET raises this to the hard limit.</param>
/// <param name="UserTasks">How many threads the user may have in all processes together; the system does not enforce this for root.</param>
/// <param name="GroupTasks">How many threads the control group may have in all its processes together.</param>
internal sealed record LimitFacts(long? OpenFiles, long? UserTasks, long? GroupTasks)
{
    public static LimitFacts Read(ControlGroups groups, Func<string, string?> read)
    {
        string[] lines = SystemFiles.LinesOf(read("/proc/self/limits"));
        return new LimitFacts(
            SoftLimitOf(lines, "Max open files"),
            Environment.IsPrivilegedProcess ? null : SoftLimitOf(lines, "Max processes"),
            groups.Tasks());
    }

    /// <summary>
    /// The first number of a line such as <c>Max open files            1024                 524288               files</c>.
    /// </summary>
    private static long? SoftLimitOf(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries) is [string soft, ..]
            && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : null;
}
