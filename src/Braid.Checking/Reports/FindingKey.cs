using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using Braid.Checking.Engine;
using Braid.Checking.Memory;
using Braid.Checking.Rewriting;
using Braid.Checking.Testing;

namespace Braid.Checking.Reports;

/// <summary>
/// The identity of a finding across builds: its verdict and, without line numbers, the fields and methods that it concerns.
/// </summary>
/// <param name="Text">"lost update: Account._balance in Bank!Account.Deposit".</param>
/// <param name="Parts">The words, methods, assemblies and fields in it, each of which a pattern may match.</param>
internal sealed record FindingKey(string Text, IReadOnlyCollection<string> Parts)
{
    public static FindingKey Of(Failure failure)
    {
        string verdict = ReportText.Name(failure.Verdict);
        HashSet<string> parts = [verdict];
        SortedSet<string> places = new(StringComparer.Ordinal);
        if (failure.Exception is { } exception)
        {
            parts.Add(exception.GetType().Name);
            places.Add(Thrown(exception, parts));
        }

        foreach (int site in failure.Sites.Where(site => site != Sites.Engine))
        {
            places.Add(Place(site, parts));
        }

        if (failure.Subject is { } subject)
        {
            parts.Add(subject);
            places.Add(subject);
        }

        string text = $"{verdict}: {string.Join(", ", places)}";
        parts.Add(text);
        return new FindingKey(text, parts);
    }

    private static string Place(int site, HashSet<string> parts)
    {
        Site place = Sites.Get(site);
        string method = Method(Path.GetFileNameWithoutExtension(place.Assembly), place.Method, parts);
        if (place.Subject.Length == 0)
        {
            return method;
        }

        parts.Add(place.Subject);
        return $"{place.Subject} in {method}";
    }

    /// <summary>
    /// The exception, and the innermost method of the program that it passed through: not one of a package, since all tests share the same
    /// assertions.
    /// </summary>
    private static string Thrown(Exception exception, HashSet<string> parts)
    {
        MethodBase[] methods = [.. new StackTrace(exception).GetFrames().Select(static frame => frame.GetMethod()).OfType<MethodBase>()
            .Where(static method => ContextOf(method) is not null)];
        MethodBase? method = (exception as TestFailedException)?.Test
            ?? Array.Find(methods, static method => !ContextOf(method)!.IsOfPackage(method.Module.Assembly))
            ?? methods.FirstOrDefault();
        if (method is null)
        {
            return exception.GetType().Name;
        }

        return $"{exception.GetType().Name} in {Method(method.DeclaringType!.Assembly.GetName().Name!, MethodNames.Of(method), parts)}";
    }

    private static SubjectContext? ContextOf(MethodBase method) =>
        method.DeclaringType is { } type ? AssemblyLoadContext.GetLoadContext(type.Assembly) as SubjectContext : null;

    private static string Method(string assembly, string method, HashSet<string> parts)
    {
        parts.Add(assembly);
        parts.Add(method);
        parts.Add($"{assembly}!{method}");
        return $"{assembly}!{method}";
    }
}
