using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>RuntimeHelpers: identity hash codes are numbered in order of first use.</summary>
[Hooks(typeof(RuntimeHelpers), Allowed = ["*"])]
internal static class RuntimeHelpersHooks
{
    public static int GetHashCode(object? o, int site) =>
        o is not null && ControlledThread.Current is { } thread ? RunNumbers.Of(thread).HashOf(o) : RuntimeHelpers.GetHashCode(o);
}
