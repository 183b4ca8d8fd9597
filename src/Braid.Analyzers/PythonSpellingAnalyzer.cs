using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Braid.Analyzers;

/// <summary>BRAID008: <c>q.Get(timeout: 1)</c>, which the compiler refuses without knowing what is meant.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PythonSpellingAnalyzer() : BraidAnalyzer(Rules.PythonSpelling)
{
    private protected override void Register(CompilationStartAnalysisContext context) =>
        context.RegisterSyntaxNodeAction(Check, SyntaxKind.InvocationExpression);

    private void Check(SyntaxNodeAnalysisContext context)
    {
        if (context.Node is InvocationExpressionSyntax { ArgumentList.Arguments.Count: > 0 } call && MayTakePythons(call)
            && PythonSpelling.Of(call, context.SemanticModel, context.CancellationToken) is { } spelling)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rule, spelling.Argument.GetLocation(), spelling.Called.Name, AdviceOf(spelling)));
        }
    }

    // By its text, since binding each call of a program again would cost more than all other rules together.
    private static bool MayTakePythons(InvocationExpressionSyntax call) => call.Expression is MemberAccessExpressionSyntax
    {
        Name.Identifier.ValueText: "Get" or "Put" or "Acquire" or "Join" or "Wait" or "WaitFor" or "Result" or "Exception" or "Recv"
            or "Accept",
    };

    private static string AdviceOf(PythonSpelling spelling)
    {
        string parameters = string.Join(", ", spelling.Meant.Parameters.Where(static parameter => parameter.Name != "token")
            .Select(static parameter => parameter.RefKind == RefKind.Out ? "out " + parameter.Name : parameter.Name));
        return spelling.IsTimeout
            ? $"To give up after a time, call '{spelling.Meant.Name}({parameters})'"
            : $"Not to wait, call '{spelling.Meant.Name}'";
    }
}
