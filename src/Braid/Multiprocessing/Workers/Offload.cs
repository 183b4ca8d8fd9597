namespace Braid.Multiprocessing;

/// <summary>Threads of Braid's own for what the supervisor must not run: code of users. They are independent of .NET's thread pool, which users may have filled with waits for us.</summary>
internal static class Offload
{
    private const int MaxThreads = 16;

    private static readonly Futures.ThreadPoolExecutor s_threads = new(MaxThreads, "Braid answers");

    public static void Run(Action action) => s_threads.Submit(action);
}
