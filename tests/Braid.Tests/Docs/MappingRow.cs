using System.Text.RegularExpressions;

namespace Braid.Tests;

/// <summary>A row of docs/from-python.md: names of Python, and what to write for them.</summary>
/// <param name="Module">The module of Python whose table it stands in.</param>
/// <param name="Groups">The classes that the part of the table is about.</param>
/// <param name="Python">The first column.</param>
/// <param name="CSharp">The second column.</param>
/// <param name="Note">The third column.</param>
internal sealed partial record MappingRow(string Module, string[] Groups, string Python, string CSharp, string Note)
{
    /// <summary>The names that the first column is about, as it spells them.</summary>
    public IReadOnlyList<string> PythonNames { get; } =
        [.. CodeIn(Python).Select(code => PythonName().Match(code)).Where(name => name.Success).Select(name => name.Value)];

    public IReadOnlyList<string> CSharpCode { get; } = CodeIn(CSharp);

    public IReadOnlyList<string> NoteCode { get; } = CodeIn(Note);

    /// <summary>Whether the row is about a public name, given in full.</summary>
    public bool Covers(string name)
    {
        if (!name.StartsWith($"{Module}.", StringComparison.Ordinal))
        {
            return false;
        }

        string owner = name[..name.LastIndexOf('.')];
        string ownName = name[(owner.Length + 1)..];
        bool isOfModule = char.IsLower(owner[(owner.LastIndexOf('.') + 1)..][0]);
        return PythonNames.Any(written =>
            name == $"{Module}.{written}"
            || name == written
            || (written.Contains('.', StringComparison.Ordinal) && name.EndsWith($".{written}", StringComparison.Ordinal))
            || Groups.Any(group => name.EndsWith($".{group}.{written}", StringComparison.Ordinal))
            || (isOfModule && written == ownName && Groups.Contains(written)));
    }

    public static IReadOnlyList<string> CodeIn(string cell) => [.. Code().Matches(cell).Select(code => code.Groups["code"].Value)];

    [GeneratedRegex("`(?<code>[^`]+)`")]
    private static partial Regex Code();

    /// <summary>What stands before an equals sign is an argument.</summary>
    [GeneratedRegex(@"^[A-Za-z_][\w.]*(?![\w.]*=)")]
    private static partial Regex PythonName();
}
