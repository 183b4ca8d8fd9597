using System.IO.Enumeration;
using Braid.Checking.Reports;
using Braid.Checking.Testing;

namespace Braid.Cli;

/// <summary>Selects the tests of an assembly to check.</summary>
/// <param name="patterns">
/// Parts of names, in which * and ? stand for anything; those after ! must not occur. A whole name selects that test alone. Empty for all.
/// </param>
internal sealed class TestFilter(IReadOnlyList<string> patterns)
{
    private const int Shown = 10;

    private readonly string[] _wanted = [.. patterns.Where(static pattern => !pattern.StartsWith('!'))];
    private readonly string[] _unwanted =
        [.. patterns.Where(static pattern => pattern.StartsWith('!')).Select(static pattern => pattern[1..])];

    public bool IsEmpty => patterns.Count == 0;

    public IReadOnlyList<TestCase> In(IReadOnlyList<TestCase> tests) =>
    [
        .. tests.Where(test =>
            (_wanted.Length == 0 || Array.Exists(_wanted, wanted => IsWanted(wanted, test, tests)))
            && !Array.Exists(_unwanted, unwanted => Occurs(unwanted, test))),
    ];

    /// <exception cref="InputMistakeException">The file has no such test.</exception>
    public InputMistakeException None(string file, IReadOnlyList<TestCase> tests)
    {
        IEnumerable<string> lines = tests.Take(Shown).Select(static test => $"{Environment.NewLine}  {test.Name}");
        return new InputMistakeException(
            tests.Count == 0 ? $"{file} has no tests of xunit, NUnit or MSTest."
            : $"{file} has {Text.Count(tests.Count, "test")}, and none that {string.Join(", ", patterns)} matches. It has:" +
                string.Concat(lines) + (tests.Count > Shown ? $"{Environment.NewLine}  and {tests.Count - Shown:n0} more" : ""));
    }

    private static bool IsWanted(string wanted, TestCase test, IReadOnlyList<TestCase> tests) =>
        tests.Any(other => other.Name == wanted) ? test.Name == wanted : Occurs(wanted, test);

    private static bool Occurs(string pattern, TestCase test) =>
        test.Name.Contains(pattern, StringComparison.Ordinal)
        || FileSystemName.MatchesSimpleExpression($"*{pattern}*", test.Name, ignoreCase: false);
}
