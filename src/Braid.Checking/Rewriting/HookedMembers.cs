using System.Collections.Concurrent;
using System.Reflection;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>Which hook stands in for a member that the program has by reflection.</summary>
internal static class HookedMembers
{
    // Only names what members are to be looked up by; under its own lock, since importing adds to it.
    private static readonly ModuleDefinition s_names = ModuleDefinition.CreateModule("names", ModuleKind.Dll);
    private static readonly ConcurrentDictionary<MethodInfo, HookMatch> s_known = new();

    /// <returns>The hook, with its type arguments; none if the member has none, or type parameters of its own, or if the hook's stand for a type that is not of .NET's core.</returns>
    public static HookMatch Find(MethodInfo member) => member.DeclaringType is null ? HookMatch.None : s_known.GetOrAdd(member, static member =>
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
                : Array.TrueForAll(arguments, static argument => argument is not null) ? match with { Hook = match.Hook!.MakeGenericMethod(arguments!), TypeArguments = [] }
                : HookMatch.None;
        }
    });
}
