using System.Text.RegularExpressions;

namespace Braid.Tests.Samples;

/// <summary>What the samples print, as samples/README.md shows it: the expectation of their tests.</summary>
internal static partial class SampleOutputs
{
    private static readonly Dictionary<string, string> s_outputs = Read();

    /// <summary>The samples of a folder, by name, that have their source there.</summary>
    public static IEnumerable<string> SamplesIn(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples", folder), "*.cs").Select(file => Path.GetFileNameWithoutExtension(file)).Order();

    /// <summary>The output shown below the heading that links to the sample; null when there is none.</summary>
    public static string? Of(string folder, string name) => s_outputs.GetValueOrDefault($"{folder}/{name}");

    private static Dictionary<string, string> Read()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "samples", "README.md"));
        return Block.Matches(page).ToDictionary(match => match.Groups["sample"].Value, match => match.Groups["output"].Value);
    }

    /// <summary>A heading with a link to a sample, and the first block of text before the next heading.</summary>
    [GeneratedRegex(@"^### \[[^\]]+\]\((?<sample>[^)]+)\.cs\)$(?:(?!^#).)*?^```text\n(?<output>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block { get; }
}
