using Braid.Checking.Engine;
using Braid.Checking.Memory;
using Braid.Checking.Reports;

namespace Braid.Checking.Oracles;

/// <summary>Puts races and lost updates into words.</summary>
internal static class Races
{
    public static Failure Describe(Execution execution, Variable variable, in Access first, in Access second) =>
        new(Verdict.DataRace, $"{Does(execution, first, NameOf(first))}, {Does(execution, second, "it")}, and nothing orders the two")
        {
            About = [variable],
            Sites = [Math.Min(first.Site, second.Site), Math.Max(first.Site, second.Site)],
        };

    public static Failure LostUpdate(ControlledThread thread, Variable variable, int site)
    {
        ControlledThread other = thread.Execution.Threads[variable.LastWriter];
        return new(Verdict.LostUpdate, $"{thread.Name} overwrites at {SourceMap.Where(thread.Shown(site))} what {other.Name} wrote to {Text.Subject(thread.Shown(site))} at {SourceMap.Where(variable.WriteShown)}: it had read the value before")
        {
            About = [variable],
            Sites = [site, variable.WriteSite],
        };
    }

    private static string Does(Execution execution, in Access access, string what)
    {
        string thread = execution.Threads[access.Thread].Name;
        string where = SourceMap.Where(access.Shown);
        return IsCall(access) ? $"{thread} calls {Text.Subject(access.Shown)} at {where}, which {Verb(access)} {what}" : $"{thread} {Verb(access)} {what} at {where}";
    }

    private static string NameOf(in Access access) => Text.Subject(IsCall(access) ? access.Site : access.Shown);

    /// <summary>It is inside of a library, and the program only calls that.</summary>
    private static bool IsCall(in Access access) => access.Shown != access.Site && (Sites.Traits(access.Shown) & (SiteTraits.FeedsUpdate | SiteTraits.DerivedWrite)) == 0;

    private static string Verb(in Access access) => access.Writes ? "writes" : "reads";
}
