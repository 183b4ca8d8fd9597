using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Braid.Analyzers;

/// <summary>A call that does not compile since it has an argument of Python's, and the member that it means.</summary>
/// <param name="argument">The argument: <c>timeout: 1.5</c>, <c>block: false</c>, or a time in the place of the token.</param>
/// <param name="called">The member that has no such argument.</param>
/// <param name="meant">The member that does what the argument asks for.</param>
/// <param name="isTimeout">Whether the argument is a time; otherwise it says not to wait.</param>
internal sealed class PythonSpelling(ArgumentSyntax argument, IMethodSymbol called, IMethodSymbol meant, bool isTimeout)
{
    private const string Timeout = "timeout";

    public ArgumentSyntax Argument { get; } = argument;

    public IMethodSymbol Called { get; } = called;

    public IMethodSymbol Meant { get; } = meant;

    public bool IsTimeout { get; } = isTimeout;

    /// <summary>Whether the other member gives its result in the same way, so that only the call changes.</summary>
    public bool KeepsItsPlace => Meant.Parameters.All(static parameter => parameter.RefKind == RefKind.None);

    /// <summary>The call's argument of Python's; null if it has none, or compiles.</summary>
    public static PythonSpelling? Of(InvocationExpressionSyntax call, SemanticModel model, CancellationToken token)
    {
        foreach (ArgumentSyntax argument in call.ArgumentList.Arguments)
        {
            string? name = argument.NameColon?.Name.Identifier.ValueText;
            bool isFlag = name is "block" or "blocking" && argument.Expression.IsKind(SyntaxKind.FalseLiteralExpression);
            if ((isFlag || name == Timeout || (name is null && IsTimeOrNumber(model, argument.Expression, token)))
                && CalledBy(call, model, token) is { } called && MeantBy(called, isFlag) is { } meant
                && (name is not null || IsToken(called, call.ArgumentList.Arguments.IndexOf(argument))))
            {
                return new PythonSpelling(argument, called, meant, !isFlag);
            }
        }

        return null;
    }

    public static bool IsTime(SemanticModel model, ExpressionSyntax expression, CancellationToken token) =>
        model.GetTypeInfo(expression, token).Type is { Name: nameof(TimeSpan), ContainingNamespace.Name: nameof(System) };

    private static bool IsTimeOrNumber(SemanticModel model, ExpressionSyntax expression, CancellationToken token) =>
        IsTime(model, expression, token)
            || model.GetTypeInfo(expression, token).Type is { SpecialType: SpecialType.System_Int32 or SpecialType.System_Double };

    private static bool IsToken(IMethodSymbol called, int place) =>
        place < called.Parameters.Length && called.Parameters[place].Type.Name == nameof(CancellationToken);

    private static IMethodSymbol? CalledBy(InvocationExpressionSyntax call, SemanticModel model, CancellationToken token)
    {
        SymbolInfo info = model.GetSymbolInfo(call, token);
        return info.Symbol is not null ? null
            : info.CandidateSymbols.OfType<IMethodSymbol>().FirstOrDefault(static method => method.IsOfBraid());
    }

    private static IMethodSymbol? MeantBy(IMethodSymbol called, bool isFlag) =>
        isFlag ? Member(called, called.Name + "Nowait") ?? Member(called, "Try" + called.Name)
        : Member(called, "Try" + called.Name) is { } member && member.Parameters.Any(static parameter => parameter.Name == Timeout) ? member
        : null;

    private static IMethodSymbol? Member(IMethodSymbol sibling, string name) =>
        sibling.ContainingType.GetMembers(name).OfType<IMethodSymbol>().FirstOrDefault();
}
