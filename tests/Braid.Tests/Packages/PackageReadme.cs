using System.Text.RegularExpressions;

namespace Braid.Tests;

/// <summary>The readme that is shown with the package: its program is the one that the tests of the package run.</summary>
internal static partial class PackageReadme
{
    private static readonly string s_text = File.ReadAllText(Path.Combine(Repository.Root, "src", "Braid", "README.md"));

    public static string Program { get; } = Assert.Single(Program_().Matches(s_text)).Groups[1].Value;

    public static string Output { get; } = Assert.Single(Output_().Matches(s_text)).Groups[1].Value;

    /// <summary>Where links lead that are not written out: a package's page has no files beside it.</summary>
    public static IEnumerable<string> RelativeLinks(string text) =>
        Links().Matches(text).Select(static match => match.Groups[1].Value).Where(static target => !Uri.IsWellFormedUriString(target, UriKind.Absolute));

    [GeneratedRegex("^```csharp\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Program_();

    [GeneratedRegex("^It prints:\n\n```\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Output_();

    [GeneratedRegex(@"\]\(([^)]*)\)")]
    private static partial Regex Links();
}
