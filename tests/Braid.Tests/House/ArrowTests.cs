using System.Text.RegularExpressions;

namespace Braid.Tests.House;

/// <summary>Dependencies point one way: the table "Layers" of docs/design.md says which folder of src/Braid may use which.</summary>
public sealed partial class ArrowTests : TimedTest
{
    private static readonly (string, string) s_bothWays = ("Waiting", "Diagnostics");   // the wait graph looks at waiters, and waiters tell it how they are held up

    [Fact]
    public void Each_folder_uses_just_what_the_table_of_the_layers_says()
    {
        Dictionary<string, string[]> table = Table();
        string[] allowed = [.. table.SelectMany(static row => row.Value.Select(used => $"{row.Key} uses {used}"))];
        Dictionary<string, SortedSet<string>> seen = FolderGraph.Read().ToDictionary(static use => $"{use.Key.From} uses {use.Key.To}", static use => use.Value);
        string[] wrong =
        [
            .. seen.Where(use => !allowed.Contains(use.Key)).Select(static use => $"{use.Key}, which the table does not allow: {string.Join(", ", use.Value)}"),
            .. allowed.Except(seen.Keys).Select(static use => $"{use} by the table alone"),
        ];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void The_table_of_the_layers_has_each_folder_once_behind_what_it_uses()
    {
        Dictionary<string, string[]> table = Table();
        string[] folders = [.. Repository.Files("*.cs", "src/Braid").Select(FolderGraph.FolderOf).Where(static folder => folder is not (null or "")).Distinct()!];   // "": files that are in no folder
        Assert.Equal(folders.Order(StringComparer.Ordinal), table.Keys.Order(StringComparer.Ordinal));
        var before = new HashSet<string>();
        foreach ((string folder, string[] uses) in table)
        {
            Assert.All(uses, used => Assert.True(before.Contains(used) || (folder, used) == s_bothWays, $"{folder} uses {used}, which stands behind it."));
            before.Add(folder);
        }
    }

    [Fact]
    public void The_core_depends_on_nothing_but_dotnet() =>
        Assert.All(
            // the other one is .NET's, too
            typeof(Threading.Lock).Assembly.GetReferencedAssemblies().Where(static reference => reference.Name != "Microsoft.Win32.Primitives"),
            reference => Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal));

    /// <summary>The folders in the order of the table, each with those it may use.</summary>
    private static Dictionary<string, string[]> Table() => File.ReadLines(Path.Combine(Repository.Root, "docs", "design.md"))
        .SkipWhile(static line => line != "## Layers").SkipWhile(static line => !line.StartsWith("|---", StringComparison.Ordinal)).Skip(1)
        .TakeWhile(static line => line.StartsWith('|')).Select(static line => line.Split('|'))
        .ToDictionary(static cells => Name().Match(cells[1]).Value, static cells => Name().Matches(cells[2]).Select(static match => match.Value).ToArray());

    [GeneratedRegex("(?<=`)[A-Z][A-Za-z/]*(?=`)")]
    private static partial Regex Name();
}
