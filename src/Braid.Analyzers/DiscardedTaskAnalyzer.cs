using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Braid.Analyzers;

/// <summary>BRAID003: a call of an awaiting member of Braid whose task is dropped.</summary>
/// <remarks>
/// Members whose names do not end in Async, such as CreateTask, give tasks that something else waits for. A task that is dropped by
/// <c>_ =</c> is dropped on purpose.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DiscardedTaskAnalyzer() : BraidAnalyzer(Rules.DiscardedTask)
{
    private protected override void Register(CompilationStartAnalysisContext context) =>
        context.RegisterOperationAction(Check, OperationKind.ExpressionStatement);

    private void Check(OperationAnalysisContext context)
    {
        var statement = (IExpressionStatementOperation)context.Operation;
        if (statement.Operation is IInvocationOperation { TargetMethod: var method, Type: { } type } && statement.Dropped() is not null
            && method.IsOfBraid() && method.Name.EndsWith(Twins.Suffix, StringComparison.Ordinal)
            && type.IsTask() && type.TaskResult()?.IsScope() != true && !IsReportedByTheCompiler(statement, context.ContainingSymbol))
        {
            SyntaxNode code = statement.Operation.Syntax;
            context.ReportDiagnostic(Diagnostic.Create(Rule, code.GetLocation(), code.Shown()));
        }
    }

    private static bool IsReportedByTheCompiler(IOperation statement, ISymbol member) =>
        statement.EnclosingFunction(member) is { IsAsync: true };
}
