using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Braid.Analyzers;

/// <summary>BRAID007: a lambda for another process that captures nothing, and does not say so.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StaticLambdaAnalyzer() : BraidAnalyzer(Rules.StaticLambda)
{
    private protected override void Register(CompilationStartAnalysisContext context)
    {
        context.RegisterOperationAction(CheckArgument, OperationKind.Argument);
        context.RegisterOperationAction(CheckAssignment, OperationKind.SimpleAssignment);
    }

    private void CheckArgument(OperationAnalysisContext context)
    {
        var argument = (IArgumentOperation)context.Operation;
        if (ProcessFunctions.IsRunElsewhere(argument))
        {
            Check(context, argument.Value);
        }
    }

    private void CheckAssignment(OperationAnalysisContext context)
    {
        if (context.Operation is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: var property } } assignment
            && ProcessFunctions.IsRunElsewhere(property))
        {
            Check(context, assignment.Value);
        }
    }

    private void Check(OperationAnalysisContext context, IOperation value)
    {
        if (Operations.FunctionOf(value) is IAnonymousFunctionOperation { Syntax: AnonymousFunctionExpressionSyntax code } lambda
            && !code.Modifiers.Any(SyntaxKind.StaticKeyword) && !Captures.Of(lambda).Any() && !Captures.UsesLocalFunction(lambda))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rule, code.GetLocation()));
        }
    }
}
