namespace Braid.Checking.Hooks;

/// <summary>As <see cref="EqualityComparerInterfaceHooks"/>, for calls of the class that compares texts.</summary>
[Hooks(typeof(StringComparer), Allowed = ["*"], LeavesBaseCalls = true)]
internal static class StringComparerHooks
{
    public static int GetHashCode(StringComparer self, string obj, int site) => EqualityComparerInterfaceHooks.GetHashCode(self, obj, site);
}
