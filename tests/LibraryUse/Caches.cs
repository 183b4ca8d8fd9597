using BitFaster.Caching.Lru;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.ObjectPool;

namespace LibraryUse;

/// <summary>Caches and pools that two threads share.</summary>
public static class Caches
{
    public static void Memory_cache_gives_back_what_was_put_in()
    {
        using var cache = new MemoryCache(new MemoryCacheOptions());
        Two.Do(me =>
        {
            cache.Set(me, me.ToString());
            Require.That(cache.TryGetValue(me, out string? mine) && mine == me.ToString(), "what was put in is there");
            cache.GetOrCreate("shared", _ => "made");
        });
        Require.That(cache.Get<string>("shared") == "made", "the shared entry is there");
    }

    public static void BitFaster_keeps_one_value_of_a_key()
    {
        var cache = new ConcurrentLru<int, object>(9);
        var seen = new object?[2];
        Two.Do(me =>
        {
            seen[me] = cache.GetOrAdd(7, static _ => new object());
            cache.GetOrAdd(me, static _ => new object());
        });
        Require.That(ReferenceEquals(seen[0], seen[1]), "both got the same value");
    }

    public static void Object_pool_gives_no_object_to_two()
    {
        ObjectPool<Box> pool = new DefaultObjectPool<Box>(new DefaultPooledObjectPolicy<Box>(), 2);
        Two.Do(_ =>
        {
            for (int i = 0; i < 2; i++)
            {
                Box box = pool.Get();
                Require.That(Interlocked.Increment(ref box.Users) == 1, "nobody else has the object");
                Interlocked.Decrement(ref box.Users);
                pool.Return(box);
            }
        });
    }

    public sealed class Box
    {
        public int Users;
    }
}
