using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>
/// Async methods whose value tasks come from a pool (<see cref="System.Runtime.CompilerServices.PoolingAsyncValueTaskMethodBuilder"/>) get
/// the builder that makes a task for each call, which is controlled.
/// </summary>
/// <remarks>
/// The two builders have the same members, so that only the names of the types change. What differs: a value task from the pool may be
/// awaited once, and a program that awaits it twice, which is wrong, does not fail here.
/// </remarks>
internal static class PooledMethods
{
    private const string Pooling = "Pooling";

    public static void Replace(ModuleDefinition module)
    {
        foreach (TypeReference type in module.GetTypeReferences())
        {
            if (type is
                {
                    Namespace: "System.Runtime.CompilerServices",
                    Name: "PoolingAsyncValueTaskMethodBuilder" or "PoolingAsyncValueTaskMethodBuilder`1",
                })
            {
                type.Name = type.Name[Pooling.Length..];
            }
        }
    }
}
