using System.Reflection;

namespace Braid.Checking.Rewriting;

/// <summary>One of the steps by which the arguments of a call, which lie on the stack, become those of a hook.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Number">Of a store or load: which argument of the call, the object first; the thread comes after the last. Of a number: that.</param>
/// <param name="Method">What is called.</param>
internal readonly record struct HookStep(HookStepKind Kind, int Number = 0, MethodInfo? Method = null);
