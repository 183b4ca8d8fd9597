using Microsoft.CodeAnalysis;

namespace Braid.Analyzers;

/// <summary>Pairs of members of Braid that do the same, one blocking and one awaiting: Get and GetAsync.</summary>
internal static class Twins
{
    public const string Suffix = "Async";

    /// <summary>The member that can be awaited with the same arguments and gives the same result; null if there is none.</summary>
    public static IMethodSymbol? AwaitingTwin(IMethodSymbol blocking) =>
        BelongsToThread(blocking.ContainingType) ? null : Find(blocking, blocking.Name + Suffix, AreTwins);

    /// <summary>The member that blocks with the same arguments and gives the same result; null if there is none.</summary>
    public static IMethodSymbol? BlockingTwin(IMethodSymbol awaiting) =>
        !awaiting.Name.EndsWith(Suffix, StringComparison.Ordinal) ? null
        : Find(
            awaiting,
            awaiting.Name.Substring(0, awaiting.Name.Length - Suffix.Length),
            static (awaiting, blocking) => AreTwins(blocking, awaiting));

    /// <summary>
    /// Whether objects of the type belong, or may belong, to a thread: an RLock, and what may stand for one or over one. Their awaiting
    /// members throw.
    /// </summary>
    public static bool BelongsToThread(ITypeSymbol type) => type.Name is "RLock" or "Condition" or "ILock" or "ICondition";

    private static IMethodSymbol? Find(IMethodSymbol method, string name, Func<IMethodSymbol, IMethodSymbol, bool> areTwins) =>
        method.ContainingType.GetMembers(name).OfType<IMethodSymbol>()
            .Where(twin => twin.Arity == method.Arity && twin.IsStatic == method.IsStatic)
            .Select(twin => twin.Arity == 0 ? twin : twin.Construct([.. method.TypeArguments]))
            .FirstOrDefault(twin => areTwins(method, twin));

    private static bool AreTwins(IMethodSymbol blocking, IMethodSymbol awaiting) =>
        awaiting.ReturnType.IsTask() && GivesTheSame(blocking, awaiting)
            && blocking.Parameters.Length == awaiting.Parameters.Length
            && blocking.Parameters.Zip(awaiting.Parameters, AreAlike).All(static alike => alike);

    private static bool GivesTheSame(IMethodSymbol blocking, IMethodSymbol awaiting) =>
        awaiting.ReturnType.TaskResult() is { } result
            ? SymbolEqualityComparer.Default.Equals(result, blocking.ReturnType)
            : blocking.ReturnsVoid;

    private static bool AreAlike(IParameterSymbol one, IParameterSymbol other) =>
        one.Name == other.Name && one.RefKind == other.RefKind && SymbolEqualityComparer.Default.Equals(one.Type, other.Type);
}
