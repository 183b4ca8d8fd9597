using System.Reflection;
using Braid.Checking.Engine;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>What the rewriter does about a call.</summary>
/// <param name="Action">Leave it, replace it, or make it stop the run.</param>
/// <param name="Hook">What to call instead.</param>
/// <param name="TypeArguments">The hook's type arguments.</param>
/// <param name="Steps">How the call's arguments become those of the hook; empty if they are the same.</param>
internal readonly record struct HookMatch(HookAction Action, MethodInfo? Hook, TypeReference[] TypeArguments, HookStep[] Steps)
{
    public static readonly HookMatch None = new(HookAction.Leave, null, [], []);

    /// <summary>The member could wait or depend on other threads, and has no hook.</summary>
    public static readonly HookMatch Refused = new(HookAction.Refuse, null, [], []);

    /// <summary>Whether the hook is only for controlled threads.</summary>
    public bool TakesThread => TakesThreadOf(Hook!.GetParameters());

    /// <summary>Whether the hook returns a value and the overload does not.</summary>
    public bool DropsResult { get; init; }

    public static bool TakesThreadOf(ParameterInfo[] parameters) =>
        parameters is [.., var thread, _] && thread.ParameterType == typeof(ControlledThread);
}
