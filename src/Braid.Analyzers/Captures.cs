using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Braid.Analyzers;

/// <summary>What a lambda uses of the code around it.</summary>
internal static class Captures
{
    /// <summary>
    /// The places at which the lambda mentions variables of the code around it, fields and automatic properties of its object, or the
    /// object itself.
    /// </summary>
    /// <remarks>A local function that the lambda calls may capture more: those variables are not mentioned here.</remarks>
    public static IEnumerable<IOperation> Of(IAnonymousFunctionOperation lambda)
    {
        foreach (IOperation operation in lambda.Descendants())
        {
            bool captures = operation switch
            {
                ILocalReferenceOperation { Local: { IsConst: false } local } => IsDeclaredOutside(local, lambda),
                IParameterReferenceOperation { Parameter: var parameter } => IsDeclaredOutside(parameter, lambda),
                IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } => true,
                _ => false,
            };
            if (captures && !IsInNameOf(operation))
            {
                yield return MemberOf(operation) ?? operation;
            }
        }
    }

    /// <summary>Whether the lambda calls, or passes on, a function that is declared around it and may capture variables.</summary>
    public static bool UsesLocalFunction(IAnonymousFunctionOperation lambda) =>
        lambda.Descendants().Any(operation => operation switch
        {
            IInvocationOperation { TargetMethod: { MethodKind: MethodKind.LocalFunction, IsStatic: false } local } =>
                IsDeclaredOutside(local, lambda),
            IMethodReferenceOperation { Method: { MethodKind: MethodKind.LocalFunction, IsStatic: false } local } =>
                IsDeclaredOutside(local, lambda),
            _ => false,
        });

    /// <summary>The field or automatic property that is read through the object.</summary>
    private static IOperation? MemberOf(IOperation reference) =>
        reference is IInstanceReferenceOperation && reference.Parent is IMemberReferenceOperation member && member.Instance == reference
            && FieldOf(member.Member) is not null
            ? member
            : null;

    /// <summary>The field that a member of an object is, or is kept in; null for a member with code of its own.</summary>
    public static IFieldSymbol? FieldOf(ISymbol member) => member switch
    {
        IFieldSymbol field => field,
        IPropertySymbol property => property.ContainingType.GetMembers().OfType<IFieldSymbol>()
            .FirstOrDefault(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property)),
        _ => null,
    };

    private static bool IsDeclaredOutside(ISymbol symbol, IAnonymousFunctionOperation lambda) =>
        !symbol.DeclaringSyntaxReferences.Any(
            declaration => declaration.SyntaxTree == lambda.Syntax.SyntaxTree && lambda.Syntax.Span.Contains(declaration.Span));

    private static bool IsInNameOf(IOperation operation)
    {
        for (IOperation? at = operation; at is not null and not IAnonymousFunctionOperation; at = at.Parent)
        {
            if (at is INameOfOperation)
            {
                return true;
            }
        }

        return false;
    }
}
