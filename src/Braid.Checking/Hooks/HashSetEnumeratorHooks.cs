using System.Runtime.CompilerServices;
using Braid.Checking.Memory;

namespace Braid.Checking.Hooks;

/// <summary>The enumerator that foreach uses over a set: each step reads the set.</summary>
[Hooks(typeof(HashSet<>.Enumerator), Allowed = ["*"])]
internal static class HashSetEnumeratorHooks
{
    public static bool MoveNext<T>(ref HashSet<T>.Enumerator self, int site)
    {
        MemoryAccess.ReadObject(Fields<T>.Source(ref self), site);
        return self.MoveNext();
    }

    private static class Fields<T>
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_hashSet")]
        public static extern ref HashSet<T> Source(ref HashSet<T>.Enumerator self);
    }
}
