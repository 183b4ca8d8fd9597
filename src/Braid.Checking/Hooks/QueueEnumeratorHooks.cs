using System.Runtime.CompilerServices;
using Braid.Checking.Memory;

namespace Braid.Checking.Hooks;

/// <summary>The enumerator that foreach uses over a queue: each step reads the queue.</summary>
[Hooks(typeof(Queue<>.Enumerator), Allowed = ["*"])]
internal static class QueueEnumeratorHooks
{
    public static bool MoveNext<T>(ref Queue<T>.Enumerator self, int site)
    {
        MemoryAccess.ReadObject(Fields<T>.Source(ref self), site);
        return self.MoveNext();
    }

    private static class Fields<T>
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_queue")]
        public static extern ref Queue<T> Source(ref Queue<T>.Enumerator self);
    }
}
