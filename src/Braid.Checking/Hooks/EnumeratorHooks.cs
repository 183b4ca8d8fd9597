using System.Runtime.CompilerServices;
using Braid.Checking.Memory;

namespace Braid.Checking.Hooks;

/// <summary>
/// The enumerators that foreach uses over the collections of .NET's core, which is not rewritten: each step reads the collection.
/// </summary>
[Hooks(typeof(List<>.Enumerator), Allowed = ["*"])]
[Hooks(typeof(Queue<>.Enumerator), Allowed = ["*"])]
[Hooks(typeof(HashSet<>.Enumerator), Allowed = ["*"])]
[Hooks(typeof(Dictionary<,>.Enumerator), Allowed = ["*"])]
[Hooks(typeof(Dictionary<,>.KeyCollection.Enumerator), Allowed = ["*"])]
[Hooks(typeof(Dictionary<,>.ValueCollection.Enumerator), Allowed = ["*"])]
internal static class EnumeratorHooks
{
    public static bool MoveNext<T>(ref List<T>.Enumerator self, int site)
    {
        MemoryAccess.ReadObject(Source<T>.Of(ref self), site);
        return self.MoveNext();
    }

    public static bool MoveNext<T>(ref Queue<T>.Enumerator self, int site)
    {
        MemoryAccess.ReadObject(Source<T>.Of(ref self), site);
        return self.MoveNext();
    }

    public static bool MoveNext<T>(ref HashSet<T>.Enumerator self, int site)
    {
        MemoryAccess.ReadObject(Source<T>.Of(ref self), site);
        return self.MoveNext();
    }

    public static bool MoveNext<TKey, TValue>(ref Dictionary<TKey, TValue>.Enumerator self, int site)
        where TKey : notnull
    {
        MemoryAccess.ReadObject(Source<TKey, TValue>.Of(ref self), site);
        return self.MoveNext();
    }

    public static bool MoveNext<TKey, TValue>(ref Dictionary<TKey, TValue>.KeyCollection.Enumerator self, int site)
        where TKey : notnull
    {
        MemoryAccess.ReadObject(Source<TKey, TValue>.Of(ref self), site);
        return self.MoveNext();
    }

    public static bool MoveNext<TKey, TValue>(ref Dictionary<TKey, TValue>.ValueCollection.Enumerator self, int site)
        where TKey : notnull
    {
        MemoryAccess.ReadObject(Source<TKey, TValue>.Of(ref self), site);
        return self.MoveNext();
    }

    // The accessor of a generic type's field must be in a type with the same type parameters.
    private static class Source<T>
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_list")]
        public static extern ref List<T> Of(ref List<T>.Enumerator self);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_queue")]
        public static extern ref Queue<T> Of(ref Queue<T>.Enumerator self);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_hashSet")]
        public static extern ref HashSet<T> Of(ref HashSet<T>.Enumerator self);
    }

    private static class Source<TKey, TValue>
        where TKey : notnull
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_dictionary")]
        public static extern ref Dictionary<TKey, TValue> Of(ref Dictionary<TKey, TValue>.Enumerator self);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_dictionary")]
        public static extern ref Dictionary<TKey, TValue> Of(ref Dictionary<TKey, TValue>.KeyCollection.Enumerator self);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_dictionary")]
        public static extern ref Dictionary<TKey, TValue> Of(ref Dictionary<TKey, TValue>.ValueCollection.Enumerator self);
    }
}
