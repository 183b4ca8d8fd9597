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
        if (dropped?.Type is { } type && (type.IsScope() || type.TaskResult()?.IsScope() == true) && IsEntering(dropped))
        {
            SyntaxNode code = dropped.Syntax;
            context.ReportDiagnostic(Diagnostic.Create(Rule, code.GetLocation(), code.Shown()));
        }
    }

    /// <summary>Whether a member enters here. A scope from elsewhere may be held by something that outlives it.</summary>
    private static bool IsEntering(IOperation dropped) => dropped switch
    {
        IAwaitOperation awaited => IsEntering(awaited.Operation),
        IInvocationOperation { TargetMethod.Name: nameof(Task.ConfigureAwait), Instance: { } configured } => IsEntering(configured),
        IInvocationOperation { TargetMethod: var method } => method.IsOfBraid() || method.Name is "EnterScope" or "EnterScopeAsync",
        _ => false,
    };
}
