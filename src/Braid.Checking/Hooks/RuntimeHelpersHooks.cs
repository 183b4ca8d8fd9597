using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>RuntimeHelpers: identity hash codes are numbered in order of first use.</summary>
[Hooks(typeof(RuntimeHelpers), Allowed = ["*"])]
internal static class RuntimeHelpersHooks
{
    public static int GetHashCode(object? o, ControlledThread thread, int site) => o is null ? 0 : RunNumbers.Of(thread).HashOf(o);
}
