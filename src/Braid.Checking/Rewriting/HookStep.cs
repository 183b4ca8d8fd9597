using System.Reflection;

namespace Braid.Checking.Rewriting;

/// <summary>One of the steps that turn the arguments of a call, which lie on the stack, into those of a hook.</summary>
/// <param name="Kind">What the step does.</param>
/// <param name="Number">
/// For a store or load: the index of the call's argument, the object being the first; the thread comes after the last. For a number: its
/// value.
/// </param>
/// <param name="Method">The method to call.</param>
internal readonly record struct HookStep(HookStepKind Kind, int Number = 0, MethodInfo? Method = null);
