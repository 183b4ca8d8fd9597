using System.Globalization;
using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Reports;

/// <summary>The words for objects and steps.</summary>
internal static class Text
{
    /// <summary>"a", "a and b", "a, b and c".</summary>
    public static string Join(IEnumerable<string> parts)
    {
        string[] all = [.. parts];
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }

    /// <summary>"1 schedule", "2,000 schedules".</summary>
    public static string Count(long number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:n0} {noun}{(number == 1 ? "" : "s")}");

    /// <summary>The target of a step: "lock Account._gate", "the end of thread 2".</summary>
    public static string Of(in Operation operation) => operation switch
    {
        { Target: Hooks.TaskResource task } => TaskText.Of(task),
        { Target: ThreadEnd end } => $"the end of {end.Of?.Name ?? "main"}",
        { Target: { } target } => Of(target, operation.Site),
        { Kind: OperationKind.Sleep } => "time to pass",
        _ => "its turn",
    };

    /// <summary>An object, by the name that it has at this site.</summary>
    public static string Of(Resource resource, int site)
    {
        string subject = resource.Subject ?? Sites.Get(site).Subject;
        return subject.Length > 0 ? $"{resource.Noun} {subject}" : $"{resource.Noun} #{resource.Id}";
    }

    /// <summary>
    /// What a thread waits for: "for lock a at a.cs:3", or the library call in which it waits: "in Queue.Join at a.cs:4".
    /// </summary>
    public static string Wait(ControlledThread thread) =>
        $"{WaitWithoutPlace(thread)} at {SourceMap.Where(ShownSite(thread.Pending.Site, thread.CallSite))}";

    /// <summary>Like <see cref="Wait"/>, without the place, which the report has named.</summary>
    public static string WaitWithoutPlace(ControlledThread thread) =>
        IsInLibrary(thread.Pending.Site, thread.CallSite) ? $"in {Sites.Get(thread.CallSite).Subject}" : $"for {Of(thread.Pending)}";

    public static string Held(in HeldLock held) =>
        $"{HeldName(held)} {(IsInLibrary(held.Site, held.CallSite) ? "at" : "since")} " +
            SourceMap.Where(ShownSite(held.Site, held.CallSite));

    /// <summary>
    /// A lock that a thread holds: "lock Account._gate", or the library call that acquired it: "what Lock.EnterScope took".
    /// </summary>
    public static string HeldName(in HeldLock held) =>
        IsInLibrary(held.Site, held.CallSite) ? $"what {Sites.Get(held.CallSite).Subject} took" : Of(held.Lock, held.Site);

    /// <summary>Where the program acquired it.</summary>
    public static StepPlace? HeldSince(in HeldLock held) => SourceMap.Place(ShownSite(held.Site, held.CallSite));

    /// <summary>The site to show: within a library, the program's call into it.</summary>
    public static int ShownSite(int site, int callSite) => IsInLibrary(site, callSite) ? callSite : site;

    private static bool IsInLibrary(int site, int callSite) => callSite != 0 && (Sites.Traits(site) & SiteTraits.Library) != 0;

    /// <summary>A field or variable, by the name that it has at this site.</summary>
    public static string Subject(int site)
    {
        string subject = Sites.Get(site).Subject;
        return subject.Length > 0 ? subject : "a shared location";
    }
}
