using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Comparers of .NET's that ask an object for its hash code, or its identity: see <see cref="IdentityHash"/>.</summary>
[Hooks(typeof(IEqualityComparer<>), Allowed = ["*"])]
internal static class EqualityComparerInterfaceHooks
{
    public static int GetHashCode<T>(IEqualityComparer<T> self, T obj, int site)
    {
        if (obj is not null && ControlledThread.Current is { } thread)
        {
            if (ReferenceEquals(self, EqualityComparer<T>.Default))
            {
                return IdentityHash.OfAny(ref obj);
            }

            if (ReferenceEquals(self, ReferenceEqualityComparer.Instance))
            {
                return RunNumbers.Of(thread).HashOf(obj);
            }

            if (obj is string text && (ReferenceEquals(self, StringComparer.Ordinal) || ReferenceEquals(self, StringComparer.OrdinalIgnoreCase)))
            {
                return IdentityHash.OfText(ReferenceEquals(self, StringComparer.Ordinal) ? text : text.ToUpperInvariant());
            }
        }

        return self.GetHashCode(obj!);
    }
}
