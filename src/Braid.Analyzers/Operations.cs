using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Braid.Analyzers;

/// <summary>Questions about a piece of code that several rules ask.</summary>
internal static class Operations
{
    /// <summary>The function whose code the operation is part of: the innermost lambda or local function, or else the member.</summary>
    /// <param name="operation">Some code.</param>
    /// <param name="member">The member that the code is part of.</param>
    public static IMethodSymbol? EnclosingFunction(this IOperation operation, ISymbol member)
    {
        for (IOperation? at = operation.Parent; at is not null; at = at.Parent)
        {
            switch (at)
            {
                case IAnonymousFunctionOperation lambda:
                    return lambda.Symbol;
                case ILocalFunctionOperation local:
                    return local.Symbol;
                default:
                    break;
            }
        }

        return member as IMethodSymbol;
    }

    /// <summary>
    /// What the statement computes and drops, whether it says so (<c>_ = value;</c>) or not; null for the body of a lambda without braces,
    /// which may be there for what it throws.
    /// </summary>
    public static IOperation? Dropped(this IExpressionStatementOperation statement) =>
        statement.Syntax is not ExpressionStatementSyntax ? null
        : statement.Operation is ISimpleAssignmentOperation { Target: IDiscardOperation } assignment ? assignment.Value.WithoutConversion()
        : statement.Operation.WithoutConversion();

    /// <summary>The value that a conversion converts, at any depth.</summary>
    public static IOperation WithoutConversion(this IOperation operation)
    {
        while (operation is IConversionOperation { OperatorMethod: null } conversion)
        {
            operation = conversion.Operand;
        }

        return operation;
    }

    /// <summary>The function that becomes a delegate here: a lambda, or a reference to a method.</summary>
    public static IOperation? FunctionOf(IOperation value) =>
        value.WithoutConversion() is IDelegateCreationOperation { Target: var target } ? target : null;

    /// <summary>The code as the message shows it: one line, and not a long one.</summary>
    public static string Shown(this SyntaxNode code)
    {
        const int MaxLength = 60;
        string text = string.Join(" ", code.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= MaxLength ? text : text.Substring(0, MaxLength - 3) + "...";
    }
}
