using System.Diagnostics.CodeAnalysis;

namespace Braid.Checking.Hooks;

/// <summary>As <see cref="EqualityComparerInterfaceHooks"/>, for calls of the class.</summary>
[Hooks(typeof(EqualityComparer<>), Allowed = ["*"], LeavesBaseCalls = true)]
internal static class EqualityComparerHooks
{
    public static int GetHashCode<T>(EqualityComparer<T> self, [DisallowNull] T obj, int site) => EqualityComparerInterfaceHooks.GetHashCode(self, obj, site);
}
