using System.Composition;
using Braid.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Braid.CodeFixes;

/// <summary>BRAID001: <c>lock (x)</c> becomes <c>using (x.EnterScope())</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class LockStatementFix() : BraidCodeFix(Rules.LockStatement, "Enter the lock with 'using'")
{
    private protected override (SyntaxNode Before, SyntaxNode After)? Replacement(SyntaxNode reported, SemanticModel model)
    {
        // A scope is a ref struct, which does not outlive a yield.
        if (reported.FirstAncestorOrSelf<LockStatementSyntax>() is not { } statement
            || statement.DescendantNodes().Any(static node => node is YieldStatementSyntax))
        {
            return null;
        }

        InvocationExpressionSyntax entered = SyntaxFactory.InvocationExpression(
            SyntaxFactory.MemberAccessExpression(
                SyntaxKind.SimpleMemberAccessExpression, statement.Expression.AsOperand(), SyntaxFactory.IdentifierName("EnterScope")));
        return (statement, SyntaxFactory.UsingStatement(
            SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithTriviaFrom(statement.LockKeyword),
            statement.OpenParenToken,
            declaration: null,
            entered.WithTriviaFrom(statement.Expression),
            statement.CloseParenToken,
            statement.Statement));
    }
}
