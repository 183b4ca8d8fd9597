using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// RuntimeHelpers: identity hash codes are numbered in order of first use, and the stack counts as large as the program has asked for.
/// </summary>
[Hooks(typeof(RuntimeHelpers), Allowed = ["*"])]
internal static class RuntimeHelpersHooks
{
    public static int GetHashCode(object? o, ControlledThread thread, int site) => o is null ? 0 : RunNumbers.Of(thread).HashOf(o);

    public static bool TryEnsureSufficientExecutionStack(ControlledThread thread, int site) => StackRoom.IsSufficient();

    public static void EnsureSufficientExecutionStack(ControlledThread thread, int site)
    {
        if (!StackRoom.IsSufficient())
        {
            throw new InsufficientExecutionStackException();
        }
    }
}
