using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Braid.Analyzers;

/// <summary>Recognises the functions that run in another process, and the values that they are called with there.</summary>
internal static class ProcessFunctions
{
    private const string Multiprocessing = "Braid.Multiprocessing";
    private const string Futures = "Braid.Futures";

    // These run in the caller's process, when a result has come back.
    private static readonly string[] s_callbacks = ["callback", "errorCallback"];

    /// <summary>Whether the argument is a function that a worker process runs.</summary>
    public static bool IsRunElsewhere(IArgumentOperation argument) =>
        argument.Parameter is { Type.TypeKind: TypeKind.Delegate } parameter
            && Array.IndexOf(s_callbacks, parameter.Name) < 0 && IsOfRunner(argument);

    /// <summary>Whether the property is set to a function that a worker process runs.</summary>
    public static bool IsRunElsewhere(IPropertySymbol property) =>
        property.Name is "Initializer" or "InitializerAsync" && property.ContainingType.IsOfBraid(Futures, "ProcessPoolOptions");

    /// <summary>Whether the argument is sent to a worker process, for the function that runs there.</summary>
    public static bool IsSent(IArgumentOperation argument) =>
        argument.Parameter is { Name: "arg" or "argument", OriginalDefinition.Type: ITypeParameterSymbol } && IsOfRunner(argument);

    private static bool IsOfRunner(IArgumentOperation argument) => argument.Parent switch
    {
        IObjectCreationOperation { Type: { } type } => IsRunner(type),
        IInvocationOperation { TargetMethod: var method } call when method.IsOfBraid() =>
            IsRunner(call.Instance?.Type ?? method.ContainingType),
        _ => false,
    };

    // By the very type: a ThreadPool is a Pool whose workers are threads, and not every Executor has processes.
    private static bool IsRunner(ITypeSymbol type) =>
        type.IsOfBraid(Multiprocessing, "Process") || type.IsOfBraid(Multiprocessing, "Pool")
            || type.IsOfBraid(Futures, "ProcessPoolExecutor");
}
