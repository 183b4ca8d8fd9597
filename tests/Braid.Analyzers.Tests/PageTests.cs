using System.Collections.Immutable;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Braid.Analyzers.Tests;

/// <summary>docs/analyzers.md shows of each rule a program that it reports and one that it does not.</summary>
public sealed partial class PageTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "analyzers.md"));

    public static TheoryData<string> Ids() => [.. AllRules().Select(static rule => rule.Id)];

    [Fact]
    public void Each_rule_has_a_section_of_its_title_in_the_order_of_the_numbers() => Assert.Equal(
        AllRules().OrderBy(static rule => rule.Id, StringComparer.Ordinal).Select(static rule => $"{rule.Id}: {rule.Title}"),
        Section().Matches(s_page).Select(static heading => $"{heading.Groups[1].Value}: {heading.Groups[2].Value}"));

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task The_first_program_of_a_section_is_reported_and_the_second_is_not(string id)
    {
        string[] programs = ProgramsOf(id);
        Assert.Equal(2, programs.Length);
        bool mayFail = id == Rules.PythonSpelling.Id;
        Assert.Contains(await Compiled.Reports(Compiled.Of(programs[0]), mayFail), report => report.Id == id);
        Assert.Empty(await Compiled.Reports(Compiled.Of(programs[1])));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Where_the_section_names_a_fix_it_makes_the_second_program_of_the_first(string id)
    {
        string section = SectionOf(id);
        string[] programs = ProgramsOf(id);
        ImmutableArray<Diagnostic> reports = await Compiled.Reports(Compiled.Of(programs[0]), id == Rules.PythonSpelling.Id);
        string? mended = await Expect.Fix(programs[0], reports.First(report => report.Id == id));
        Assert.Equal(section.Contains("**Fix**", StringComparison.Ordinal) ? programs[1] : null, mended);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_link_of_a_rule_leads_to_its_section(string id)
    {
        DiagnosticDescriptor rule = AllRules().Single(rule => rule.Id == id);
        string[] parts = rule.HelpLinkUri.Split('#');
        Assert.True(File.Exists(Path.Combine(Repository.Root, parts[0])));
        Assert.Equal(id.ToLowerInvariant(), parts[1]);   // the anchor that a page's reader makes of the heading
        Assert.Equal(
            SectionOf(id).Contains("A suggestion.", StringComparison.Ordinal) ? DiagnosticSeverity.Info : DiagnosticSeverity.Warning,
            rule.DefaultSeverity);
    }

    private static ImmutableArray<DiagnosticDescriptor> AllRules() =>
    [
        .. typeof(Rules).GetFields(BindingFlags.Static | BindingFlags.Public).Select(static field => field.GetValue(null))
            .OfType<DiagnosticDescriptor>(),
    ];

    private static string SectionOf(string id) => s_page[s_page.IndexOf($"## {id}", StringComparison.Ordinal)..].Split("\n## ")[0];

    private static string[] ProgramsOf(string id) =>
        [.. Block().Matches(SectionOf(id)).Select(static block => block.Groups[1].Value)];

    [GeneratedRegex(@"(?m)^## (BRAID\d+)\n\n\*\*(.*)\*\*$")]
    private static partial Regex Section();

    [GeneratedRegex("(?s)```cs\n(.*?)```")]
    private static partial Regex Block();
}
