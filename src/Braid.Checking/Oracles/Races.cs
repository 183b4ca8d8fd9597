using Braid.Checking.Engine;
using Braid.Checking.Memory;
using Braid.Checking.Reports;

namespace Braid.Checking.Oracles;

/// <summary>Describes races and lost updates.</summary>
internal static class Races
{
    public static Failure Describe(Execution execution, Variable variable, in Access first, in Access second) =>
        new(
            Verdict.DataRace,
            $"{DescribeAccess(execution, first, Text.Subject(first.Shown))}, {DescribeAccess(execution, second, "it")}, " +
            $"{(IsCall(first) && IsCall(second) ? "both of one object, " : "")}and nothing orders the two")
        {
            About = [variable],
            Sites = [Math.Min(first.Site, second.Site), Math.Max(first.Site, second.Site)],
        };

    /// <summary>Describes two calls of one object whose assembly is not rewritten.</summary>
    public static Failure Unknown(Execution execution, Variable variable, in Access first, in Access second) =>
        new(
            Verdict.DataRace,
            $"{Calls(execution, first)} and {Calls(execution, second)}, both of one object, and nothing orders the two; " +
            $"{Sites.Get(first.Site).Subject} is not looked into, so its consequences are not known")
        {
            About = [variable],
            Sites = [Math.Min(first.Site, second.Site), Math.Max(first.Site, second.Site)],
        };

    public static Failure LostUpdate(ControlledThread thread, Variable variable, int site)
    {
        ControlledThread other = thread.Execution.Threads[variable.LastWriter];
        int shown = thread.Shown(site);
        string sentence = IsCall(site, shown)
            ? $"{thread.Name} calls {Text.Subject(shown)} at {SourceMap.Where(shown)}, which overwrites what {other.Name} wrote by " +
                $"{Text.Subject(variable.WriteShown)} at {SourceMap.Where(variable.WriteShown)}: it had read the value before"
            : $"{thread.Name} overwrites at {SourceMap.Where(shown)} what {other.Name} wrote to {Text.Subject(shown)} at " +
                $"{SourceMap.Where(variable.WriteShown)}: it had read the value before";
        return new(Verdict.LostUpdate, sentence)
        {
            About = [variable],
            Sites = [site, variable.WriteSite],
        };
    }

    private static string Calls(Execution execution, in Access access) =>
        $"{execution.Threads[access.Thread].Name} calls {Sites.Get(access.Site).Subject} at {SourceMap.Where(access.Shown)}";

    private static string DescribeAccess(Execution execution, in Access access, string what)
    {
        string thread = execution.Threads[access.Thread].Name;
        string where = SourceMap.Where(access.Shown);
        return IsCall(access) ? $"{thread} calls {Text.Subject(access.Shown)} at {where}" : $"{thread} {Verb(access)} {what} at {where}";
    }

    /// <summary>
    /// Whether the access is inside a library that the program only calls: the library's field names then say nothing to the user.
    /// </summary>
    private static bool IsCall(in Access access) => IsCall(access.Site, access.Shown);

    private static bool IsCall(int site, int shown) =>
        shown != site && (Sites.Traits(shown) & (SiteTraits.FeedsUpdate | SiteTraits.DerivedWrite)) == 0;

    private static string Verb(in Access access) => access.Writes ? "writes" : "reads";
}
