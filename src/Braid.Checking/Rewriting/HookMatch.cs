using System.Reflection;
using Braid.Checking.Engine;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>What to do about a call.</summary>
/// <param name="Action">Leave it, replace it, or let it stop the run.</param>
/// <param name="Hook">What to call instead.</param>
/// <param name="TypeArguments">The hook's.</param>
/// <param name="Steps">What makes of the call's arguments those of the hook; none if they are the same.</param>
internal readonly record struct HookMatch(HookAction Action, MethodInfo? Hook, TypeReference[] TypeArguments, HookStep[] Steps)
{
    public static readonly HookMatch None = new(HookAction.Leave, null, [], []);

    /// <summary>It could wait or depend on other threads, and there is no hook.</summary>
    public static readonly HookMatch Refused = new(HookAction.Refuse, null, [], []);

    /// <summary>The hook is only for controlled threads.</summary>
    public bool TakesThread => TakesThreadOf(Hook!.GetParameters());

    /// <summary>The hook returns what the overload does not.</summary>
    public bool DropsResult { get; init; }

    public static bool TakesThreadOf(ParameterInfo[] parameters) => parameters is [.., var thread, _] && thread.ParameterType == typeof(ControlledThread);
}
