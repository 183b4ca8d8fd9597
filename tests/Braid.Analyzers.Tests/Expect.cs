using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Braid.Analyzers.Tests;

/// <summary>What a rule reports of a program, and what its fix makes of it.</summary>
internal static class Expect
{
    private const string Begin = "[|";
    private const string End = "|]";

    private static readonly ImmutableArray<CodeFixProvider> s_fixes =
    [
        .. typeof(CodeFixes.BraidCodeFix).Assembly.GetTypes().Where(static type => type.IsSubclassOf(typeof(CodeFixes.BraidCodeFix)))
            .Select(static type => (CodeFixProvider)Activator.CreateInstance(type)!),
    ];

    /// <summary>The rule reports just what stands between <c>[|</c> and <c>|]</c>.</summary>
    /// <returns>The messages, in the order of the places.</returns>
    public static async Task<string[]> Reported(DiagnosticDescriptor rule, string marked)
    {
        (_, Diagnostic[] reports) = await Check(rule, marked);
        return [.. reports.Select(static report => report.GetMessage(System.Globalization.CultureInfo.InvariantCulture))];
    }

    /// <summary>The rule reports what is marked, and its fix makes the other program of it, which it does not report.</summary>
    public static async Task Fixed(DiagnosticDescriptor rule, string marked, string expected)
    {
        (string program, Diagnostic[] reports) = await Check(rule, marked);
        string actual = await Fix(program, reports[0]) ?? "There is no fix.";
        Assert.Equal(expected, actual);
        Assert.DoesNotContain(await Compiled.Reports(Compiled.Of(actual)), report => report.Id == rule.Id);
    }

    /// <summary>The rule reports what is marked, and offers no fix.</summary>
    public static async Task NotFixed(DiagnosticDescriptor rule, string marked)
    {
        (string program, Diagnostic[] reports) = await Check(rule, marked);
        Assert.Null(await Fix(program, reports[0]));
    }

    /// <summary>The program after the fix of a place that was reported; null if there is no fix.</summary>
    public static async Task<string?> Fix(string program, Diagnostic report)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using var workspace = new AdhocWorkspace();
        Document document = DocumentOf(workspace, program);
        var actions = new List<CodeAction>();
        foreach (CodeFixProvider fix in s_fixes.Where(fix => fix.FixableDiagnosticIds.Contains(report.Id)))
        {
            await fix.RegisterCodeFixesAsync(new CodeFixContext(document, report, (action, _) => actions.Add(action), token));
        }

        if (actions.Count == 0)
        {
            return null;
        }

        CodeActionOperation change = Assert.Single(await Assert.Single(actions).GetOperationsAsync(token));
        Document changed = ((ApplyChangesOperation)change).ChangedSolution.GetDocument(document.Id)!;
        return (await changed.GetTextAsync(token)).ToString();
    }

    private static async Task<(string Program, Diagnostic[] Reports)> Check(DiagnosticDescriptor rule, string marked)
    {
        (string program, TextSpan[] places) = Unmark(marked);
        Diagnostic[] reports =
        [
            .. (await Compiled.Reports(Compiled.Of(program), mayFail: rule == Rules.PythonSpelling))
                .Where(report => report.Id == rule.Id).OrderBy(static report => report.Location.SourceSpan.Start),
        ];
        Assert.Equal(Shown(program, places), Shown(program, reports.Select(static report => report.Location.SourceSpan)));
        return (program, reports);
    }

    private static Document DocumentOf(AdhocWorkspace workspace, string program)
    {
        Project project = workspace.AddProject("Program", LanguageNames.CSharp).WithParseOptions(Compiled.Language)
            .WithMetadataReferences(Compiled.References)
            .WithCompilationOptions(Compiled.OptionsFor(CSharpSyntaxTree.ParseText(program, Compiled.Language).GetRoot()));
        return project.AddDocument("Usings.cs", Compiled.Usings).Project.AddDocument("Program.cs", program);
    }

    private static (string Program, TextSpan[] Places) Unmark(string marked)
    {
        var places = new List<TextSpan>();
        string program = marked;
        while (program.IndexOf(Begin, StringComparison.Ordinal) is >= 0 and var begin)
        {
            program = program.Remove(begin, Begin.Length);
            int end = program.IndexOf(End, StringComparison.Ordinal);
            program = program.Remove(end, End.Length);
            places.Add(TextSpan.FromBounds(begin, end));
        }

        return (program, [.. places]);
    }

    private static string[] Shown(string program, IEnumerable<TextSpan> places) =>
        [.. places.Select(place => $"{place.Start}: {program.Substring(place.Start, place.Length)}")];
}
