using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Braid.Analyzers;

/// <summary>BRAID002: a call whose scope is dropped, awaited or not.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DiscardedScopeAnalyzer() : BraidAnalyzer(Rules.DiscardedScope)
{
    private protected override void Register(CompilationStartAnalysisContext context) =>
        context.RegisterOperationAction(Check, OperationKind.ExpressionStatement);

    private void Check(OperationAnalysisContext context)
    {
        IOperation? dropped = ((IExpressionStatementOperation)context.Operation).Dropped();
        if (dropped is IInvocationOperation or IAwaitOperation && dropped.Type is { } type
            && (type.IsScope() || type.TaskResult()?.IsScope() == true))
        {
            SyntaxNode code = dropped.Syntax;
            context.ReportDiagnostic(Diagnostic.Create(Rule, code.GetLocation(), code.Shown()));
        }
    }
}
