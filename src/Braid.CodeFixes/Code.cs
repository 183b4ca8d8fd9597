using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Braid.CodeFixes;

/// <summary>Builds and places pieces of code.</summary>
internal static class Code
{
    /// <summary>The expression as something after which a member can be named, or which can be awaited.</summary>
    public static ExpressionSyntax AsOperand(this ExpressionSyntax expression) =>
        expression is SimpleNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or ElementAccessExpressionSyntax
            or ThisExpressionSyntax or ParenthesizedExpressionSyntax or BaseObjectCreationExpressionSyntax
            ? expression.WithoutTrivia()
            : SyntaxFactory.ParenthesizedExpression(expression.WithoutTrivia());

    /// <summary>The await of an expression, in parentheses where its place asks for them.</summary>
    public static ExpressionSyntax Await(ExpressionSyntax expression, ExpressionSyntax place)
    {
        ExpressionSyntax awaited = SyntaxFactory.AwaitExpression(
            SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space), expression.WithoutTrivia());
        bool isOperand = place.Parent is MemberAccessExpressionSyntax or ElementAccessExpressionSyntax or InvocationExpressionSyntax
            or ConditionalAccessExpressionSyntax or PostfixUnaryExpressionSyntax;
        return (isOperand ? SyntaxFactory.ParenthesizedExpression(awaited) : awaited).WithTriviaFrom(place);
    }

    /// <summary>The call with another method's name, the same receiver, and the same arguments.</summary>
    public static InvocationExpressionSyntax WithName(this InvocationExpressionSyntax call, string name) => call.WithExpression(
        call.Expression switch
        {
            MemberAccessExpressionSyntax member => member.WithName(Renamed(member.Name, name)),
            SimpleNameSyntax simple => Renamed(simple, name),
            var other => other,
        });

    /// <summary>Whether the code may contain an await: it is part of an asynchronous function, or of a program without a Main.</summary>
    public static bool CanAwait(this SyntaxNode code)
    {
        foreach (SyntaxNode outer in code.Ancestors())
        {
            switch (outer)
            {
                case AnonymousFunctionExpressionSyntax lambda:
                    return lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword);
                case LocalFunctionStatementSyntax local:
                    return local.Modifiers.Any(SyntaxKind.AsyncKeyword);
                case GlobalStatementSyntax:
                    return true;
                case MemberDeclarationSyntax member:
                    return member.Modifiers.Any(SyntaxKind.AsyncKeyword);
                default:
                    break;
            }
        }

        return false;
    }

    /// <summary>A name that the member around the code does not use yet.</summary>
    public static string FreshName(this SyntaxNode code, string name)
    {
        SyntaxNode around =
            code.Ancestors().FirstOrDefault(static outer => outer is MemberDeclarationSyntax and not GlobalStatementSyntax)
            ?? code.SyntaxTree.GetRoot();
        IEnumerable<SyntaxToken> names = around.DescendantTokens().Where(static token => token.IsKind(SyntaxKind.IdentifierToken));
        var taken = new HashSet<string>(names.Select(static name => name.ValueText));
        string fresh = name;
        for (int number = 2; taken.Contains(fresh); number++)
        {
            fresh = name + number;
        }

        return fresh;
    }

    private static SimpleNameSyntax Renamed(SimpleNameSyntax name, string text) =>
        name.WithIdentifier(SyntaxFactory.Identifier(text).WithTriviaFrom(name.Identifier));
}
