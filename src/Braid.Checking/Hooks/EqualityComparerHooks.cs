using System.Diagnostics.CodeAnalysis;
using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Comparers of .NET that call an object's GetHashCode, or use its identity: see <see cref="IdentityHash"/>.</summary>
[Hooks(typeof(IEqualityComparer<>), Allowed = ["*"])]
[Hooks(typeof(EqualityComparer<>), Allowed = ["*"], LeavesBaseCalls = true)]
[Hooks(typeof(StringComparer), Allowed = ["*"], LeavesBaseCalls = true)]
internal static class EqualityComparerHooks
{
    public static int GetHashCode<T>(IEqualityComparer<T> self, T obj, ControlledThread thread, int site) =>
        obj is null ? self.GetHashCode(obj!)
        : ReferenceEquals(self, EqualityComparer<T>.Default) ? IdentityHash.OfAny(ref obj)
        : ReferenceEquals(self, ReferenceEqualityComparer.Instance) ? RunNumbers.Of(thread).HashOf(obj)
        : obj is not string text ? self.GetHashCode(obj)
        : ReferenceEquals(self, StringComparer.Ordinal) ? IdentityHash.OfText(text)
        : ReferenceEquals(self, StringComparer.OrdinalIgnoreCase) ? IdentityHash.OfText(text.ToUpperInvariant())
        : self.GetHashCode(obj);

    public static int GetHashCode<T>(EqualityComparer<T> self, [DisallowNull] T obj, ControlledThread thread, int site) =>
        GetHashCode((IEqualityComparer<T>)self, obj, thread, site);

    public static int GetHashCode(StringComparer self, string obj, ControlledThread thread, int site) =>
        GetHashCode((IEqualityComparer<string>)self, obj, thread, site);
}
