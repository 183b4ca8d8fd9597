using System.Collections.Concurrent;
using System.Reflection;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>Which hook stands in for a member that the program has by reflection.</summary>
internal static class HookedMembers
{
    // Only names what members are to be looked up by; under its own lock, since importing adds to it.
    private static readonly ModuleDefinition s_names = ModuleDefinition.CreateModule("names", ModuleKind.Dll);
    private static readonly ConcurrentDictionary<MethodInfo, MethodInfo?> s_known = new();

    /// <returns>The hook, which takes a site after the member's own arguments; null if the member has none, or one with type parameters.</returns>
    public static MethodInfo? Find(MethodInfo member) => member.DeclaringType is null ? null : s_known.GetOrAdd(member, static member =>
    {
        lock (s_names)
        {
            HookMatch match = HookTable.Instance.Find(s_names.ImportReference(member), constructs: false);
            return match is { Action: HookAction.Replace, Arguments.Length: 0 } ? match.Hook : null;
        }
    });
}
