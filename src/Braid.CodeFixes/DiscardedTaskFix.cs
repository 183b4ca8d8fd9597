using System.Composition;
using Braid.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Braid.CodeFixes;

/// <summary>
/// BRAID003: <c>q.PutAsync(x);</c> becomes <c>await q.PutAsync(x);</c>, or <c>q.Put(x);</c> where nothing can be awaited.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class DiscardedTaskFix() : BraidCodeFix(Rules.DiscardedTask, "Wait for it")
{
    private protected override (SyntaxNode Before, SyntaxNode After)? Replacement(SyntaxNode reported, SemanticModel model)
    {
        if (reported.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call
            || model.GetSymbolInfo(call).Symbol is not IMethodSymbol method)
        {
            return null;
        }

        return call.CanAwait() && !Twins.BelongsToThread(method.ContainingType) ? (call, Code.Await(call, call))
            : Twins.BlockingTwin(method) is { } twin ? (call, call.WithName(twin.Name))
            : null;
    }
}
