using System.Composition;
using Braid.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Braid.CodeFixes;

/// <summary>BRAID008: <c>gate.Acquire(timeout: 1.5)</c> becomes <c>gate.TryAcquire(timeout: TimeSpan.FromSeconds(1.5))</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class PythonSpellingFix() : BraidCodeFix(Rules.PythonSpelling, "Call the member that does this")
{
    private protected override (SyntaxNode Before, SyntaxNode After)? Replacement(SyntaxNode reported, SemanticModel model)
    {
        // The argument may be a call itself: TimeSpan.FromSeconds(1).
        if (reported.FirstAncestorOrSelf<ArgumentSyntax>() is not { Parent.Parent: InvocationExpressionSyntax call }
            || PythonSpelling.Of(call, model, default) is not { KeepsItsPlace: true } spelling)
        {
            return null;
        }

        ArgumentListSyntax arguments = spelling.IsTimeout
            ? call.ArgumentList.ReplaceNode(spelling.Argument.Expression, AsTime(spelling.Argument.Expression, model))
            : call.ArgumentList.WithArguments(call.ArgumentList.Arguments.Remove(spelling.Argument));
        return (call, call.WithName(spelling.Meant.Name).WithArgumentList(arguments));
    }

    /// <summary>The time as a TimeSpan: Python counts in seconds.</summary>
    private static ExpressionSyntax AsTime(ExpressionSyntax time, SemanticModel model) =>
        PythonSpelling.IsTime(model, time, default)
            ? time
            : SyntaxFactory.ParseExpression($"TimeSpan.FromSeconds({time.WithoutTrivia()})").WithTriviaFrom(time);
}
