using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Braid.Analyzers;

/// <summary>BRAID004: a captured variable or an argument that cannot be copied to the process that runs the function.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TravelAnalyzer() : BraidAnalyzer(Rules.CannotTravel)
{
    private protected override void Register(CompilationStartAnalysisContext context)
    {
        var converted = new Lazy<HashSet<string>>(() => ConvertedTypes.In(context.Compilation, context.CancellationToken));
        context.RegisterOperationAction(operation => CheckArgument(operation, converted), OperationKind.Argument);
        context.RegisterOperationAction(operation => CheckAssignment(operation, converted), OperationKind.SimpleAssignment);
    }

    private void CheckArgument(OperationAnalysisContext context, Lazy<HashSet<string>> converted)
    {
        var argument = (IArgumentOperation)context.Operation;
        if (ProcessFunctions.IsRunElsewhere(argument))
        {
            CheckFunction(context, argument.Value, converted);
        }
        else if (ProcessFunctions.IsSent(argument))
        {
            CheckValue(context, argument.Value.WithoutConversion(), converted);
        }
    }

    private void CheckAssignment(OperationAnalysisContext context, Lazy<HashSet<string>> converted)
    {
        if (context.Operation is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: var property } } assignment
            && ProcessFunctions.IsRunElsewhere(property))
        {
            CheckFunction(context, assignment.Value, converted);
        }
    }

    private void CheckFunction(OperationAnalysisContext context, IOperation value, Lazy<HashSet<string>> converted)
    {
        switch (Operations.FunctionOf(value))
        {
            case IMethodReferenceOperation { Instance: { } instance }:
                CheckValue(context, instance.WithoutConversion(), converted);
                break;
            case IAnonymousFunctionOperation lambda:
                // Each variable once: where the function first mentions it.
                foreach (IGrouping<string, IOperation> variable in Captures.Of(lambda).GroupBy(static place => place.Syntax.ToString()))
                {
                    CheckValue(context, variable.First(), converted);
                }

                break;
            default:
                break;
        }
    }

    private void CheckValue(OperationAnalysisContext context, IOperation value, Lazy<HashSet<string>> converted)
    {
        if (value.Type is { } type && !IsLeftBehind(value) && Travel.WhyNot(type) is { } reason
            && !HasConverter(value, type, converted.Value))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rule,
                value.Syntax.GetLocation(),
                value.Syntax.Shown(),
                type.ToMinimalDisplayString(value.SemanticModel!, value.Syntax.SpanStart),
                reason));
        }
    }

    /// <summary>Whether the value is in a field that is not copied with its object.</summary>
    private static bool IsLeftBehind(IOperation value) =>
        value is IMemberReferenceOperation { Member: var member } && Captures.FieldOf(member) is { } field
            && (field.IsStatic || field.GetAttributes().Any(static mark => mark.AttributeClass?.Name == nameof(NonSerializedAttribute)));

    /// <summary>Whether the program itself says how the value, or the object whose field it is, is copied.</summary>
    private static bool HasConverter(IOperation value, ITypeSymbol type, HashSet<string> converted) =>
        ConvertedTypes.Has(converted, type)
            || (value is IMemberReferenceOperation { Member.ContainingType: { } owner } && ConvertedTypes.Has(converted, owner));
}
