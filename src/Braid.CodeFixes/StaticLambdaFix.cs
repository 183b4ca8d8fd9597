using System.Composition;
using Braid.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Braid.CodeFixes;

/// <summary>BRAID007: <c>x => x * x</c> becomes <c>static x => x * x</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class StaticLambdaFix() : BraidCodeFix(Rules.StaticLambda, "Make it 'static'")
{
    private protected override (SyntaxNode Before, SyntaxNode After)? Replacement(SyntaxNode reported, SemanticModel model)
    {
        if (reported.FirstAncestorOrSelf<AnonymousFunctionExpressionSyntax>() is not { } lambda)
        {
            return null;
        }

        SyntaxToken marked = SyntaxFactory.Token(SyntaxKind.StaticKeyword)
            .WithLeadingTrivia(lambda.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.Space);
        AnonymousFunctionExpressionSyntax bare = lambda.WithLeadingTrivia();
        return (lambda, bare.WithModifiers(bare.Modifiers.Insert(0, marked)));
    }
}
