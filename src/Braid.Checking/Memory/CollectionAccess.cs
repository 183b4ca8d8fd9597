using System.Collections;
using System.Collections.Concurrent;
using Braid.Checking.Engine;
using Braid.Checking.Rewriting;

namespace Braid.Checking.Memory;

/// <summary>Calls through an interface that may come to a collection which is not made for several threads.</summary>
internal static class CollectionAccess
{
    private static readonly ConcurrentDictionary<Type, bool> s_known = new();

    public static void ReadObject(object? target, int site)
    {
        // A Hashtable is made for one writer beside any number of readers.
        if (target is not Hashtable && IsPlain(target))
        {
            MemoryAccess.ReadObject(target, site);
        }
    }

    public static void WriteObject(object? target, int site)
    {
        if (IsPlain(target))
        {
            MemoryAccess.WriteObject(target, site);
        }
    }

    private static bool IsPlain(object? target) =>
        ControlledThread.Current is not null && target is not null and not Array && s_known.GetOrAdd(target.GetType(), PlainCollections.Include);
}
