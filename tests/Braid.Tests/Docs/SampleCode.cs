using System.Text.RegularExpressions;

namespace Braid.Tests;

/// <summary>The code that the pages show: regions of the snippets beside the tests and of the samples, and whole files.</summary>
internal static partial class SampleCode
{
    /// <summary>Every region, by its name.</summary>
    public static IReadOnlyDictionary<string, string> Regions { get; } = new[] { "tests/Braid.Tests/Docs/Snippets", "samples" }
        .SelectMany(folder => Repository.Files("*.cs", folder))
        .SelectMany(RegionsOf)
        .ToDictionary(region => region.Name, region => region.Text);

    /// <summary>What a marker stands for; null when there is no such region or file.</summary>
    public static string? Find(string marker)
    {
        string[] parts = [.. NamesIn(marker).Select(name => IsFile(name) ? TextOfFile(name) : Regions.GetValueOrDefault(name)).OfType<string>()];
        return parts.Length == NamesIn(marker).Length ? string.Join("\n\n", parts) : null;
    }

    public static string[] NamesIn(string marker) => marker.Split(" + ");

    private static bool IsFile(string name) => name.Contains('/', StringComparison.Ordinal);

    private static string? TextOfFile(string name)
    {
        string path = Path.Combine(Repository.Root, name);
        return File.Exists(path) ? File.ReadAllText(path).TrimEnd('\n') : null;
    }

    private static IEnumerable<(string Name, string Text)> RegionsOf(string path) =>
        Region().Matches(File.ReadAllText(path)).Select(region => (region.Groups["name"].Value, WithoutIndent(region.Groups["text"].Value)));

    private static string WithoutIndent(string text)
    {
        string[] lines = text.Trim('\n').Split('\n');
        int indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart(' ').Length);
        return string.Join('\n', lines.Select(line => line.Length > 0 ? line[indent..] : line));
    }

    [GeneratedRegex(@"^ *#region (?<name>.+)\n(?<text>(?:.*\n)*?) *#endregion$", RegexOptions.Multiline)]
    private static partial Regex Region();
}
