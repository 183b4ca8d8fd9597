namespace Braid.Tests;

/// <summary>The blocks of docs/from-python.md on processes.</summary>
internal static class FromPythonProcessSnippets
{
    [Prints("0", "1", "4", "9", "16")]
    public static void ProcessWithTwoQueues()
    {
        #region process with two queues
        using var jobs = new Multiprocessing.Queue<int>();
        using var results = new Multiprocessing.Queue<int>();
        var process = Multiprocessing.Process.Start(
            () => Work(jobs, results));
        for (int n = 0; n < 5; n++)
        {
            jobs.Put(n);
        }

        jobs.Shutdown();
        for (int i = 0; i < 5; i++)
        {
            Console.WriteLine(results.Get());
        }

        process.Join();

        static void Work(
            Multiprocessing.Queue<int> jobs, Multiprocessing.Queue<int> results)
        {
            foreach (int n in jobs.GetConsumingEnumerable())
            {
                results.Put(n * n);
            }
        }
        #endregion
    }

    [Prints("4950")]
    public static void PoolThatAddsToAValue()
    {
        #region pool that adds to a value
        using var total = new Multiprocessing.Value<long>();
        using (var pool = new Futures.ProcessPoolExecutor(maxWorkers: 4))
        {
            for (int n = 0; n < 100; n++)
            {
                long amount = n;
                _ = pool.Submit(() => { total.Update(old => old + amount); });
            }
        }

        Console.WriteLine(total.Value);
        #endregion
    }

    [Prints("safe to change things here")]
    public static void LockOfTheDead()
    {
        var mutex = new Multiprocessing.Lock();
        #region lock of the dead
        try
        {
            mutex.Acquire();
        }
        catch (Multiprocessing.AbandonedLockException death)
        {
            Console.WriteLine($"mending what process {death.OwnerPid} has left");
        }

        try
        {
            Console.WriteLine("safe to change things here");
        }
        finally
        {
            mutex.Release();
        }
        #endregion
    }

    [Prints("5")]
    public static void CallWithLimits()
    {
        #region call with limits
        var options = new Futures.ProcessPoolOptions
        {
            MaxWorkers = 4,
            TaskTimeout = TimeSpan.FromSeconds(10),
            MemoryLimit = 500_000_000,
            Retries = 1,
        };
        using var pool = new Futures.ProcessPoolExecutor(options);
        Futures.Future<int> future = pool.Submit(() => Untrusted("input"));
        try
        {
            Console.WriteLine(future.Result());
        }
        catch (Multiprocessing.TaskTimeoutException late)
        {
            Console.WriteLine($"killed after {late.Limit}");
        }
        catch (Multiprocessing.WorkerCrashedException crash)
        {
            Console.WriteLine($"signal {crash.Worker.Signal}: {crash.Worker.ErrorOutput}");
        }

        static int Untrusted(string text) => text.Length;
        #endregion
    }
}
