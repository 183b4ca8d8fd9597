using System.Composition;
using Braid.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Braid.CodeFixes;

/// <summary>BRAID006: an asynchronous lambda for <c>Initializer</c> is set as <c>InitializerAsync</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class AsyncVoidFix() : BraidCodeFix(Rules.AsyncVoid, "Set the asynchronous property")
{
    private protected override (SyntaxNode Before, SyntaxNode After)? Replacement(SyntaxNode reported, SemanticModel model)
    {
        // A method that is async void must return a task first, and others may use it.
        if (reported.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is not { Right: AnonymousFunctionExpressionSyntax } assignment
            || assignment.Right.Span != reported.Span || model.GetSymbolInfo(assignment.Left).Symbol is not IPropertySymbol property
            || property.ContainingType.GetMembers(property.Name + Twins.Suffix).IsEmpty)
        {
            return null;
        }

        SimpleNameSyntax name = assignment.Left switch
        {
            MemberAccessExpressionSyntax member => member.Name,
            var left => (SimpleNameSyntax)left,
        };
        return (name, SyntaxFactory.IdentifierName(property.Name + Twins.Suffix).WithTriviaFrom(name));
    }
}
