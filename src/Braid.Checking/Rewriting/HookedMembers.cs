using System.Collections.Concurrent;
using System.Reflection;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>Which hook replaces a member that the program obtains by reflection.</summary>
internal static class HookedMembers
{
    // Only gives members the names by which they are looked up; guarded by a lock on itself, because an import adds to it.
    private static readonly ModuleDefinition s_names = ModuleDefinition.CreateModule("names", ModuleKind.Dll);
    private static readonly ConcurrentDictionary<MethodInfo, HookMatch> s_known = new();

    /// <returns>
    /// The hook, with its type arguments; none if the member has no hook, or has type parameters of its own, or if a type argument of the
    /// hook is not in .NET's core.
    /// </returns>
    public static HookMatch Find(MethodInfo member) =>
        member.DeclaringType is null ? HookMatch.None : s_known.GetOrAdd(member, static member => FindUncached(member));

    private static HookMatch FindUncached(MethodInfo member)
    {
        lock (s_names)
        {
            HookMatch match = HookTable.Instance.Find(s_names.ImportReference(member), constructs: false);
            if (match.Action != HookAction.Replace || member.IsGenericMethod || member.DeclaringType!.IsGenericType)
            {
                return HookMatch.None;
            }

            Type?[] arguments = [.. match.TypeArguments.Select(static argument => typeof(object).Assembly.GetType(argument.FullName))];
            return arguments.Length == 0 ? match
                : !Array.TrueForAll(arguments, static argument => argument is not null) ? HookMatch.None
                : match with { Hook = match.Hook!.MakeGenericMethod(arguments!), TypeArguments = [] };
        }
    }
}
