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

    /// <summary>What a step is about: "lock Account._gate", "the end of thread 2".</summary>
    public static string Of(in Operation operation) => operation switch
    {
        { Target: ThreadEnd end } => $"the end of {end.Of?.Name ?? "main"}",
        { Target: { } target } => Of(target, operation.Site),
        { Kind: OperationKind.Sleep } => "time to pass",
        _ => "its turn",
    };

    /// <summary>An object, by the name that this place in the code has for it.</summary>
    public static string Of(Resource resource, int site)
    {
        string subject = Sites.Get(site).Subject;
        return subject.Length > 0 ? $"{resource.Noun} {subject}" : $"{resource.Noun} #{resource.Id}";
    }

    /// <summary>A field or variable, by the name that this place in the code has for it.</summary>
    public static string Subject(int site)
    {
        string subject = Sites.Get(site).Subject;
        return subject.Length > 0 ? subject : "a shared location";
    }
}
