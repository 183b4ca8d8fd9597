using System.Composition;
using Braid.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Braid.CodeFixes;

/// <summary>BRAID005: <c>q.Get()</c> becomes <c>await q.GetAsync()</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class BlockingInAsyncFix() : BraidCodeFix(Rules.BlockingInAsync, "Await it")
{
    private protected override (SyntaxNode Before, SyntaxNode After)? Replacement(SyntaxNode reported, SemanticModel model)
    {
        InvocationExpressionSyntax? call = reported.FirstAncestorOrSelf<InvocationExpressionSyntax>();
        return call is not null && model.GetSymbolInfo(call).Symbol is IMethodSymbol method && Twins.AwaitingTwin(method) is { } twin
            ? (call, Code.Await(call.WithName(twin.Name), call))
            : null;
    }
}
