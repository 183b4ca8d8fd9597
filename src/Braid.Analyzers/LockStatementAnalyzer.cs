using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Braid.Analyzers;

/// <summary>BRAID001: <c>lock (x)</c> where x is a lock of Braid.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LockStatementAnalyzer() : BraidAnalyzer(Rules.LockStatement)
{
    private protected override void Register(CompilationStartAnalysisContext context) =>
        context.RegisterOperationAction(Check, OperationKind.Lock);

    private void Check(OperationAnalysisContext context)
    {
        IOperation locked = ((ILockOperation)context.Operation).LockedValue;
        // A class that implements ILock may well guard its own fields by its own monitor.
        if (locked is not IInstanceReferenceOperation && locked.Type is { } type && type.CanBeEntered())
        {
            context.ReportDiagnostic(Diagnostic.Create(Rule, locked.Syntax.GetLocation(), locked.Syntax.Shown(), type.Name));
        }
    }
}
