using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Braid.CodeFixes;

/// <summary>A fix of what one rule reports: it puts other code in the place of some code.</summary>
public abstract class BraidCodeFix : CodeFixProvider
{
    private readonly string _title;

    private protected BraidCodeFix(DiagnosticDescriptor rule, string title)
    {
        _title = title;
        FixableDiagnosticIds = ImmutableArray.Create(rule.Id);
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Document document = context.Document;
        SyntaxNode root = (await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        SemanticModel model = (await document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false))!;
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            SyntaxNode reported = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            if (Replacement(reported, model) is var (before, after))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(
                        _title,
                        _ => Task.FromResult(document.WithSyntaxRoot(root.ReplaceNode(before, after))),
                        equivalenceKey: GetType().Name),
                    diagnostic);
            }
        }
    }

    /// <summary>What to replace, and by what; null if the code cannot be mended without knowing its purpose.</summary>
    /// <param name="reported">The code that the rule reports.</param>
    /// <param name="model">What it means.</param>
    private protected abstract (SyntaxNode Before, SyntaxNode After)? Replacement(SyntaxNode reported, SemanticModel model);
}
