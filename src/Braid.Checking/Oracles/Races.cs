using Braid.Checking.Engine;
using Braid.Checking.Memory;
using Braid.Checking.Reports;

namespace Braid.Checking.Oracles;

/// <summary>Puts races and lost updates into words.</summary>
internal static class Races
{
    public static Failure Describe(Execution execution, Variable variable, in Access first, in Access second) =>
        new(Verdict.DataRace, $"{execution.Threads[first.Thread].Name} {Verb(first)} {Text.Subject(first.Site)} at {SourceMap.Where(first.Site)}, {execution.Threads[second.Thread].Name} {Verb(second)} it at {SourceMap.Where(second.Site)}, and nothing orders the two")
        {
            About = [variable],
            Sites = [Math.Min(first.Site, second.Site), Math.Max(first.Site, second.Site)],
        };

    public static Failure LostUpdate(ControlledThread thread, Variable variable, int site)
    {
        ControlledThread other = thread.Execution.Threads[variable.LastWriter];
        return new(Verdict.LostUpdate, $"{thread.Name} overwrites at {SourceMap.Where(site)} what {other.Name} wrote to {Text.Subject(site)} at {SourceMap.Where(variable.WriteSite)}: it had read the value before")
        {
            About = [variable],
            Sites = [site, variable.WriteSite],
        };
    }

    private static string Verb(in Access access) => access.Writes ? "writes" : "reads";
}
