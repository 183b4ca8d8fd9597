namespace BugZoo.Tasks;

/// <summary>A cache with an asynchronous factory: two callers that both find nothing both begin to make it.</summary>
internal static class AsyncCache
{
    public static void Buggy() => Run(static make =>
    {
        string? value = null;
        return async () =>
        {
            if (Volatile.Read(ref value) is null)
            {
                Volatile.Write(ref value, await make());
            }

            return Volatile.Read(ref value)!;
        };
    });

    public static void Fixed() => Run(static make =>
    {
        var value = new Lazy<Task<string>>(make);
        return () => value.Value;
    });

    private static void Run(Func<Func<Task<string>>, Func<Task<string>>> cacheOf)
    {
        int made = 0;
        Func<Task<string>> get = cacheOf(async () =>
        {
            Interlocked.Increment(ref made);
            await Task.Yield();
            return "made";
        });
        Task.WhenAll(Task.Run(get), Task.Run(get)).GetAwaiter().GetResult();
        Claim.That(made == 1, "it is made once");
    }
}
