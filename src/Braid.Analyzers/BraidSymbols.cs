using Microsoft.CodeAnalysis;

namespace Braid.Analyzers;

/// <summary>Recognises what Braid declares.</summary>
internal static class BraidSymbols
{
    public const string Assembly = "Braid";
    private const string EnterScope = "EnterScope";

    public static bool IsOfBraid(this ISymbol symbol) => symbol.ContainingAssembly?.Name == Assembly;

    /// <summary>Whether the type is the one of Braid that has this name, whatever its type arguments.</summary>
    public static bool IsOfBraid(this ITypeSymbol type, string space, string name) =>
        type.Name == name && type.IsOfBraid() && type.ContainingNamespace.ToDisplayString() == space;

    /// <summary>Whether values of the type are entered by a scope: locks, semaphores, conditions, and data with a lock beside it.</summary>
    public static bool CanBeEntered(this ITypeSymbol type) =>
        type.SelfAndBases().Any(static one => one.IsOfBraid() && !one.GetMembers(EnterScope).IsEmpty);

    /// <summary>Whether the type is a scope: something that must be disposed to release what it holds.</summary>
    public static bool IsScope(this ITypeSymbol type) =>
        type.IsValueType && type.Name is "Scope" or "AsyncScope" or "ReleasedScope" && type.IsOfBraid();

    /// <summary>Whether the type is one of .NET's four tasks.</summary>
    public static bool IsTask(this ITypeSymbol type) =>
        type.Name is "Task" or "ValueTask" && type.ContainingNamespace?.ToDisplayString() == "System.Threading.Tasks";

    /// <summary>The type of a task's result; null for a task without one, and for what is no task.</summary>
    public static ITypeSymbol? TaskResult(this ITypeSymbol type) =>
        type.IsTask() && type is INamedTypeSymbol { TypeArguments: { Length: 1 } arguments } ? arguments[0] : null;

    /// <summary>The type, its base classes and its interfaces; of a type parameter, those of its constraints.</summary>
    public static IEnumerable<ITypeSymbol> SelfAndBases(this ITypeSymbol type)
    {
        if (type is ITypeParameterSymbol parameter)
        {
            return parameter.ConstraintTypes.SelectMany(SelfAndBases);
        }

        return SelfAndBaseClasses(type).Concat(type.AllInterfaces);
    }

    private static IEnumerable<ITypeSymbol> SelfAndBaseClasses(ITypeSymbol type)
    {
        for (ITypeSymbol? at = type; at is not null; at = at.BaseType)
        {
            yield return at;
        }
    }
}
