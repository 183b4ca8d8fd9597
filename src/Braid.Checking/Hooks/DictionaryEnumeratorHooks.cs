using System.Runtime.CompilerServices;
using Braid.Checking.Memory;

namespace Braid.Checking.Hooks;

/// <summary>The enumerator that foreach uses over a dictionary: each step reads the dictionary.</summary>
[Hooks(typeof(Dictionary<,>.Enumerator), Allowed = ["*"])]
internal static class DictionaryEnumeratorHooks
{
    public static bool MoveNext<TKey, TValue>(ref Dictionary<TKey, TValue>.Enumerator self, int site)
        where TKey : notnull
    {
        MemoryAccess.ReadObject(Fields<TKey, TValue>.Source(ref self), site);
        return self.MoveNext();
    }

    private static class Fields<TKey, TValue>
        where TKey : notnull
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_dictionary")]
        public static extern ref Dictionary<TKey, TValue> Source(ref Dictionary<TKey, TValue>.Enumerator self);
    }
}
