using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Braid.Analyzers;

/// <summary>An analyzer of one rule. It costs nothing in a compilation that does not refer to Braid.</summary>
public abstract class BraidAnalyzer : DiagnosticAnalyzer
{
    private protected BraidAnalyzer(DiagnosticDescriptor rule)
    {
        Rule = rule;
        SupportedDiagnostics = ImmutableArray.Create(rule);
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; }

    private protected DiagnosticDescriptor Rule { get; }

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            if (start.Compilation.ReferencedAssemblyNames.Any(static reference => reference.Name == BraidSymbols.Assembly))
            {
                Register(start);
            }
        });
    }

    private protected abstract void Register(CompilationStartAnalysisContext context);
}
