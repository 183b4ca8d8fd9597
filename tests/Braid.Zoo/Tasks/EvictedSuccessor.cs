using System.Collections.Concurrent;

namespace BugZoo.Tasks;

/// <summary>A cache of tasks takes out what has failed, and with it what another caller has begun in its place.</summary>
internal static class EvictedSuccessor
{
    public static void Buggy() => Run(static (cache, failed) => cache.TryRemove("key", out _));

    public static void Fixed() => Run(static (cache, failed) => cache.TryRemove(new KeyValuePair<string, Lazy<Task<int>>>("key", failed)));

    private static void Run(Action<ConcurrentDictionary<string, Lazy<Task<int>>>, Lazy<Task<int>>> evict)
    {
        var cache = new ConcurrentDictionary<string, Lazy<Task<int>>>();
        int tries = 0;
        int successes = 0;
        Task.WhenAll(Task.Run(GetAsync), Task.Run(GetAsync)).GetAwaiter().GetResult();
        GetAsync().GetAwaiter().GetResult();
        Claim.That(successes == 1, "what has succeeded is kept");

        async Task GetAsync()
        {
            for (int i = 0; i < 2; i++)
            {
                Lazy<Task<int>> mine = cache.GetOrAdd("key", static (_, load) => new Lazy<Task<int>>(load), LoadAsync);
                try
                {
                    await mine.Value;
                    return;
                }
                catch (TimeoutException)
                {
                    evict(cache, mine);
                }
            }
        }

        async Task<int> LoadAsync()
        {
            await Task.Yield();
            if (Interlocked.Increment(ref tries) == 1)
            {
                throw new TimeoutException("The first try comes to nothing.");
            }

            return Interlocked.Increment(ref successes);
        }
    }
}
