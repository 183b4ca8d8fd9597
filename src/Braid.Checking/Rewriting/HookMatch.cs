using System.Reflection;
using Mono.Cecil;

namespace Braid.Checking.Rewriting;

/// <summary>What to do about a call.</summary>
/// <param name="Action">Leave it, replace it, or let it stop the run.</param>
/// <param name="Hook">What to call instead.</param>
/// <param name="Arguments">Its type arguments.</param>
internal readonly record struct HookMatch(HookAction Action, MethodInfo? Hook, TypeReference[] Arguments)
{
    public static readonly HookMatch None = new(HookAction.Leave, null, []);

    /// <summary>It could wait or depend on other threads, and there is no hook.</summary>
    public static readonly HookMatch Refused = new(HookAction.Refuse, null, []);
}
