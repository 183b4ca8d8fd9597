namespace Braid.Benchmarks;

/// <summary>Threads that do the same thing at the same time.</summary>
internal static class Crew
{
    public static void Run(int count, Action<int> work)
    {
        System.Threading.Thread[] threads = [.. Enumerable.Range(0, count).Select(i => new System.Threading.Thread(() => work(i)))];
        foreach (System.Threading.Thread thread in threads)
        {
            thread.Start();
        }

        foreach (System.Threading.Thread thread in threads)
        {
            thread.Join();
        }
    }

    public static void RunTasks(int count, Func<int, Task> work) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => work(i)))).GetAwaiter().GetResult();
}
