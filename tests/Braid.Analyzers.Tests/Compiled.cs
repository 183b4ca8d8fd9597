using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Braid.Analyzers.Tests;

/// <summary>Compiles programs as a project does that names the package of Braid, and runs all of its analyzers over them.</summary>
internal static class Compiled
{
    public const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Threading = Braid.Threading;
        global using Queues = Braid.Queues;
        global using Futures = Braid.Futures;
        global using Multiprocessing = Braid.Multiprocessing;
        global using AsyncIO = Braid.AsyncIO;
        """;

    public static readonly CSharpParseOptions Language = new(LanguageVersion.Preview);

    /// <summary>.NET itself and Braid, without what else these tests refer to.</summary>
    public static ImmutableArray<MetadataReference> References { get; } =
    [
        .. Directory.EnumerateFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll")
            .Where(static file => Path.GetFileName(file).StartsWith("System.", StringComparison.Ordinal) && IsManaged(file))
            .Append(typeof(Threading.Lock).Assembly.Location)
            .Select(static file => MetadataReference.CreateFromFile(file)),
    ];

    // Programs made from one share what it has found in the references.
    private static readonly CSharpCompilation s_empty =
        CSharpCompilation.Create("Program", [CSharpSyntaxTree.ParseText(Usings, Language)], References);

    private static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } =
    [
        .. typeof(BraidAnalyzer).Assembly.GetTypes().Where(static type => type.IsSubclassOf(typeof(BraidAnalyzer)))
            .Select(static type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    public static CSharpCompilation Of(string text) => Of(CSharpSyntaxTree.ParseText(text, Language, path: "Program.cs"));

    /// <summary>What all rules report of a program.</summary>
    /// <param name="program">The program, which compiles.</param>
    /// <param name="mayFail">Whether it need not compile.</param>
    public static async Task<ImmutableArray<Diagnostic>> Reports(Compilation program, bool mayFail = false)
    {
        Assert.Empty(program.GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(problem => problem.Severity == DiagnosticSeverity.Error && !mayFail));
        ImmutableArray<Diagnostic> reports =
            await program.WithAnalyzers(Analyzers).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        // The failure of an analyzer would be AD0001.
        Assert.All(reports, static report => Assert.StartsWith("BRAID", report.Id, StringComparison.Ordinal));
        return reports;
    }

    public static CSharpCompilationOptions OptionsFor(SyntaxNode root) => new(
        root.ChildNodes().Any(static node => node is GlobalStatementSyntax)
            ? OutputKind.ConsoleApplication
            : OutputKind.DynamicallyLinkedLibrary,
        allowUnsafe: true,
        nullableContextOptions: NullableContextOptions.Enable);

    private static CSharpCompilation Of(SyntaxTree tree) =>
        s_empty.AddSyntaxTrees(tree).WithOptions(OptionsFor(tree.GetRoot()));

    private static bool IsManaged(string file) => !Path.GetFileName(file).Contains(".Native.", StringComparison.Ordinal);
}
