using System.Composition;
using Braid.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Braid.CodeFixes;

/// <summary>BRAID002: <c>x.EnterScope();</c> becomes <c>using var scope = x.EnterScope();</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class DiscardedScopeFix() : BraidCodeFix(Rules.DiscardedScope, "Keep the scope with 'using'")
{
    private protected override (SyntaxNode Before, SyntaxNode After)? Replacement(SyntaxNode reported, SemanticModel model)
    {
        // Where the statement is no part of a block, the scope would end at once.
        if (reported.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { Parent: BlockSyntax or GlobalStatementSyntax } statement
            || reported is not ExpressionSyntax dropped || Kept(dropped, model) is not { } kept)
        {
            return null;
        }

        StatementSyntax declaration = SyntaxFactory.ParseStatement($"using var {statement.FreshName("scope")} = {kept};");
        return (statement, declaration.WithTriviaFrom(statement));
    }

    /// <summary>
    /// The expression that gives the scope: in an asynchronous function an await, since a ref struct does not outlive one.
    /// </summary>
    private static ExpressionSyntax? Kept(ExpressionSyntax dropped, SemanticModel model)
    {
        if (dropped is not InvocationExpressionSyntax call || model.GetSymbolInfo(call).Symbol is not IMethodSymbol method)
        {
            return dropped.WithoutTrivia();
        }

        if (method.ReturnType.TaskResult() is not null)
        {
            return call.CanAwait() ? Code.Await(call, call).WithoutTrivia() : null;
        }

        string awaiting = method.Name + Twins.Suffix;
        return model.GetEnclosingSymbol(call.SpanStart) is IMethodSymbol { IsAsync: true } && CanAwait(method.ContainingType, awaiting)
            ? Code.Await(call.WithName(awaiting), call).WithoutTrivia()
            : call.WithoutTrivia();
    }

    private static bool CanAwait(INamedTypeSymbol type, string member) =>
        !Twins.BelongsToThread(type) && !type.GetMembers(member).IsEmpty;
}
