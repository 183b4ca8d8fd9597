using System.IO.Enumeration;
using Braid.Checking.Reports;

namespace Braid.Cli;

/// <summary>Selects the methods of an assembly to check.</summary>
internal static class MethodChoice
{
    private const int Shown = 10;

    /// <param name="file">The assembly's name in messages.</param>
    /// <param name="methods">All its methods.</param>
    /// <param name="names">The requested names. If there are none: the marked methods, or otherwise the entry point.</param>
    /// <exception cref="InputMistakeException">No method matches, several match one name, or one cannot be checked.</exception>
    public static IReadOnlyList<ListedMethod> Of(string file, IReadOnlyList<ListedMethod> methods, IReadOnlyList<string> names)
    {
        ListedMethod[] chosen = names.Count > 0
            ? [.. names.SelectMany(name => IsPattern(name) ? Matching(file, methods, name) : [Named(file, methods, name)]).Distinct()]
            : methods.Any(static method => method.IsMarked) ? [.. methods.Where(static method => method.IsMarked)]
            : [.. methods.Where(static method => method.IsEntryPoint)];
        return chosen.Length == 0
            ? throw new InputMistakeException(
                $"{file} has neither an entry point nor a method marked [Check]. Name a static method without parameters with " +
                $"--method.{Candidates(methods)}")
            : chosen.FirstOrDefault(static method => method.Flaw is not null) is { } flawed
            ? throw new InputMistakeException(
                $"{flawed.FullName} cannot be checked: it {flawed.Flaw}. A static method without parameters can.")
            : chosen;
    }

    /// <summary>The names that match a method of this file: with several files, a name need not match in each.</summary>
    public static IReadOnlyList<string> NamesIn(IReadOnlyList<ListedMethod> methods, IReadOnlyList<string> names) =>
        [.. names.Where(name => methods.Any(method => IsMeant(method, name)))];

    private static bool IsMeant(ListedMethod method, string name) =>
        IsPattern(name) ? Matches(method, name) : method.IsCalled(Plain(name), StringComparison.Ordinal);

    private static bool IsPattern(string name) => name.AsSpan().ContainsAny('*', '?');

    /// <summary>Like a name, a pattern may match the end of a full name; it does not match methods that cannot be checked.</summary>
    private static bool Matches(ListedMethod method, string pattern)
    {
        string plain = Plain(pattern);
        return method.Flaw is null
            && (IsLike(plain, method.FullName)
                || IsLike($"*.{plain}", method.FullName) && (plain.Contains('.', StringComparison.Ordinal) || IsLike(plain, method.Name)));
    }

    private static bool IsLike(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    private static ListedMethod[] Matching(string file, IReadOnlyList<ListedMethod> methods, string pattern) =>
        methods.Where(method => Matches(method, pattern)).ToArray() is { Length: > 0 } matching
            ? matching
            : throw new InputMistakeException($"{file} has no method that can be checked and that {pattern} matches.{Candidates(methods)}");

    private static string Plain(string name) => name.Replace('+', '.').Replace("()", "", StringComparison.Ordinal);

    private static ListedMethod Named(string file, IReadOnlyList<ListedMethod> methods, string typed)
    {
        string name = Plain(typed);
        ListedMethod[] called = [.. methods.Where(method => method.IsCalled(name, StringComparison.Ordinal))];
        ListedMethod[] exact = [.. called.Where(method => method.FullName == name)];
        ListedMethod[] meant = exact.Length > 0 ? exact : called;
        ListedMethod[] fit = [.. meant.Where(static method => method.Flaw is null)];
        return (meant.Length, fit.Length) switch
        {
            (0, _) => throw new InputMistakeException($"{file} has no method {typed}.{Candidates(Similar(methods, name))}"),
            (_, 0) => meant[0],
            (_, 1) => fit[0],
            // An async Main has a second one, which awaits it
            _ when fit.FirstOrDefault(static method => method.IsEntryPoint) is { } main => main,
            _ =>
                throw new InputMistakeException($"{typed} is the name of {Text.Count(fit.Length, "method")}. Give more of it:{Lines(fit)}"),
        };
    }

    private static IReadOnlyList<ListedMethod> Similar(IReadOnlyList<ListedMethod> methods, string name)
    {
        ListedMethod[] similar = [.. methods.Where(method => method.IsCalled(name, StringComparison.OrdinalIgnoreCase))];
        return similar.Length > 0 ? similar : methods;
    }

    private static string Candidates(IReadOnlyList<ListedMethod> methods)
    {
        ListedMethod[] fit = [.. methods.Where(static method => method.Flaw is null)];
        return fit.Length == 0 ? "" : $" It has:{Lines(fit)}";
    }

    private static string Lines(ListedMethod[] methods)
    {
        IEnumerable<string> lines = methods.Take(Shown).Select(static method => $"{Environment.NewLine}  {method.FullName}");
        return string.Concat(lines) + (methods.Length > Shown ? $"{Environment.NewLine}  and {methods.Length - Shown} more" : "");
    }
}
