using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Braid.Analyzers;

/// <summary>BRAID005: a blocking member of Braid in an asynchronous function that could await its twin.</summary>
/// <remarks>Only where the await can stand in place of the call: not under a lock, and not where a ref struct is in use.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BlockingInAsyncAnalyzer() : BraidAnalyzer(Rules.BlockingInAsync)
{
    private protected override void Register(CompilationStartAnalysisContext context) =>
        context.RegisterOperationAction(Check, OperationKind.Invocation);

    private void Check(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.IsOfBraid() && call.EnclosingFunction(context.ContainingSymbol) is { IsAsync: true }
            && call.Syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax or SimpleNameSyntax } code
            && Twins.AwaitingTwin(call.TargetMethod) is { } twin && MayWait(call) && CanAwaitAt(code, call.SemanticModel!))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rule, code.GetLocation(), $"{call.TargetMethod.ContainingType.Name}.{call.TargetMethod.Name}", twin.Name));
        }
    }

    /// <summary>
    /// Whether the call can wait at all: one whose timeout is zero does not, and neither does one for the outcome of a future that a
    /// loop goes through, which as a rule has ended.
    /// </summary>
    private static bool MayWait(IInvocationOperation call) =>
        !call.Arguments.Any(
            static argument => argument.Parameter is { Name: "timeout", Type: { Name: nameof(TimeSpan) } } && IsZero(argument))
            && !(call.TargetMethod.Name is "Result" or "Exception" && call.Instance is ILocalReferenceOperation { Local.IsForEach: true });

    private static bool IsZero(IArgumentOperation argument) =>
        argument.ArgumentKind == ArgumentKind.DefaultValue
            || argument.Value.WithoutConversion()
                is IDefaultValueOperation or IFieldReferenceOperation { Field.Name: nameof(TimeSpan.Zero) };

    private static bool CanAwaitAt(SyntaxNode code, SemanticModel model)
    {
        for (SyntaxNode? at = code.Parent;
            at is not (null or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax);
            at = at.Parent)
        {
            if (at is LockStatementSyntax or CatchFilterClauseSyntax or QueryExpressionSyntax
                    or UnsafeStatementSyntax or FixedStatementSyntax
                || (at is UsingStatementSyntax { Expression: { } held } && model.GetTypeInfo(held).Type is { IsRefLikeType: true }))
            {
                return false;
            }
        }

        return !model.LookupSymbols(code.SpanStart).OfType<ILocalSymbol>()
            .Any(static local => local.RefKind != RefKind.None || local.Type.IsRefLikeType);
    }
}
