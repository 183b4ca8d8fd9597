using System.Runtime.CompilerServices;
using Braid.Checking.Memory;

namespace Braid.Checking.Hooks;

/// <summary>The enumerator that foreach uses over a list: each step reads the list.</summary>
[Hooks(typeof(List<>.Enumerator), Allowed = ["*"])]
internal static class ListEnumeratorHooks
{
    public static bool MoveNext<T>(ref List<T>.Enumerator self, int site)
    {
        MemoryAccess.ReadObject(Fields<T>.Source(ref self), site);
        return self.MoveNext();
    }

    private static class Fields<T>
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_list")]
        public static extern ref List<T> Source(ref List<T>.Enumerator self);
    }
}
