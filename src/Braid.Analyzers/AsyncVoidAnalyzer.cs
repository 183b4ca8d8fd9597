using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Braid.Analyzers;

/// <summary>BRAID006: an asynchronous function where Braid takes one that has ended when it returns.</summary>
/// <remarks>
/// What the library refuses at run time: functions that are async void, and functions whose result is a task that the method would hand
/// on as a value. The callbacks of an event loop may be async void: the loop runs what follows their awaits, and gets their exceptions.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AsyncVoidAnalyzer() : BraidAnalyzer(Rules.AsyncVoid)
{
    // What the names of the methods that refuse a function whose result is a task begin with. Others give it as they give any value.
    private static readonly string[] s_refusesTasks = ["Map", "Imap", "Starmap", "Apply", "Run"];

    private protected override void Register(CompilationStartAnalysisContext context)
    {
        context.RegisterOperationAction(CheckArgument, OperationKind.Argument);
        context.RegisterOperationAction(CheckAssignment, OperationKind.SimpleAssignment);
    }

    private void CheckArgument(OperationAnalysisContext context)
    {
        var argument = (IArgumentOperation)context.Operation;
        if (argument.Parameter is not { ContainingSymbol: IMethodSymbol method } parameter || !method.IsOfBraid())
        {
            return;
        }

        if (IsAsyncVoid(argument.Value) && !IsCallbackOfLoop(method))
        {
            Report(context, argument.Value, method, TakesTasks(method, parameter) ? "Let it return a Task" : "Let it block");
        }
        else if (HandsOnTask(method, parameter))
        {
            Report(context, argument.Value, method, "Let it return a value (async x => { ...; return true; }), or let it block");
        }
    }

    private void CheckAssignment(OperationAnalysisContext context)
    {
        if (context.Operation is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: var property } } assignment
            && property.IsOfBraid() && IsAsyncVoid(assignment.Value))
        {
            string twin = property.Name + Twins.Suffix;
            bool hasTwin = !property.ContainingType.GetMembers(twin).IsEmpty;
            Report(context, assignment.Value, property, hasTwin ? $"Set {twin}" : "Let it block");
        }
    }

    private void Report(OperationAnalysisContext context, IOperation function, ISymbol taker, string advice)
    {
        string name = taker is IMethodSymbol { MethodKind: MethodKind.Constructor } ? taker.ContainingType.Name : taker.Name;
        context.ReportDiagnostic(Diagnostic.Create(Rule, function.Syntax.GetLocation(), name, advice));
    }

    private static bool IsAsyncVoid(IOperation value) => Operations.FunctionOf(value) switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol is { IsAsync: true, ReturnsVoid: true },
        IMethodReferenceOperation reference => reference.Method is { IsAsync: true, ReturnsVoid: true },
        _ => false,
    };

    private static bool IsCallbackOfLoop(IMethodSymbol method) =>
        method.ContainingType.Name == "EventLoop" && method.Name.StartsWith("Call", StringComparison.Ordinal);

    /// <summary>Whether an overload takes a function that gives a task in the place of this one.</summary>
    private static bool TakesTasks(IMethodSymbol method, IParameterSymbol parameter) =>
        method.ContainingType.SelfAndBases().SelectMany(type => type.GetMembers(method.Name)).OfType<IMethodSymbol>()
            .SelectMany(static overload => overload.Parameters)
            .Any(other => other.Name == parameter.Name && ResultOf(other)?.IsTask() == true);

    /// <summary>Whether the method would give the task of the function as a value, so that no one would await it.</summary>
    private static bool HandsOnTask(IMethodSymbol method, IParameterSymbol parameter) =>
        ResultOf(parameter)?.IsTask() == true && ResultOf(parameter.OriginalDefinition) is ITypeParameterSymbol
            && Array.Exists(s_refusesTasks, start => method.Name.StartsWith(start, StringComparison.Ordinal));

    private static ITypeSymbol? ResultOf(IParameterSymbol parameter) =>
        (parameter.Type as INamedTypeSymbol)?.DelegateInvokeMethod?.ReturnType;
}
