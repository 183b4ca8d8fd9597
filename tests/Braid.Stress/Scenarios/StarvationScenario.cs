using System.Diagnostics;

namespace Braid.Stress;

/// <summary>All workers of .NET's thread pool blocked: blocked threads go on without it, timeouts are kept, awaits go on when it is free again.</summary>
internal sealed class StarvationScenario : Scenario
{
    public override string Name => "Starvation";

    public override string Hammer(StressRun run)
    {
        ThreadPool.GetMaxThreads(out int workers, out int ports);
        ThreadPool.GetMinThreads(out int minWorkers, out int minPorts);
        int few = Environment.ProcessorCount;
        run.Check(ThreadPool.SetMinThreads(few, few) && ThreadPool.SetMaxThreads(few, few), "the thread pool could not be limited");
        try
        {
            int rounds = 0;
            while (!run.TimeIsUp)
            {
                Starve(run, few);
                rounds++;
            }

            return $"{rounds} rounds without a free pool thread: blocked threads went on, timeouts came on time";
        }
        finally
        {
            ThreadPool.SetMaxThreads(workers, ports);
            ThreadPool.SetMinThreads(minWorkers, minPorts);
        }
    }

    private static void Starve(StressRun run, int poolThreads)
    {
        var poolIsFree = new Braid.Threading.Event();
        for (int i = 0; i < poolThreads; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static flag => flag.Wait(), poolIsFree, preferLocal: false);
        }

        while (poolIsFree.WaiterCount < poolThreads && !run.TimeIsUp)
        {
            Thread.Yield();
        }

        bool isStarved = poolIsFree.WaiterCount == poolThreads;
        var permits = new Braid.Threading.Semaphore(0);
        Task<bool> resumed = AcquireAndGoOn(permits);
        run.Check(!isStarved || permits.WaiterCount == 1, "the await did not wait");
        CheckTimeout(run);
        HandToAndFro(run);
        permits.Release();
        run.Check(permits.WaiterCount == 0 && permits.Value == 0, "the awaiting caller was not served while the pool was full");
        run.Check(!isStarved || !resumed.IsCompleted, "the pool was not full: the awaiting caller went on");
        poolIsFree.Set();
        run.Check(resumed.GetAwaiter().GetResult(), "the awaiting caller did not get its permit");
    }

    private static async Task<bool> AcquireAndGoOn(Braid.Threading.Semaphore permits) =>
        await permits.TryAcquireAsync(Timeout.InfiniteTimeSpan).ConfigureAwait(false);

    /// <summary>An await ends at its time, and takes nothing afterwards, though nothing can run what comes after it.</summary>
    private static void CheckTimeout(StressRun run)
    {
        var timeout = TimeSpan.FromMilliseconds(20);
        var permits = new Braid.Threading.Semaphore(0);
        long start = Stopwatch.GetTimestamp();
        Task<bool> wait = permits.TryAcquireAsync(timeout).AsTask();
        while (permits.WaiterCount > 0)
        {
            Thread.Yield();
        }

        TimeSpan waited = Stopwatch.GetElapsedTime(start);
        run.Check(waited >= timeout && waited < TimeSpan.FromSeconds(5), $"an await of {timeout.TotalMilliseconds} ms lasted {waited.TotalMilliseconds:F0} ms");
        permits.Release();
        run.Check(permits.Value == 1, "a permit went to an await whose time was up");
        run.Check(!wait.IsCompletedSuccessfully || !wait.Result, "an await whose time was up said that it was granted");
    }

    /// <summary>Two threads that block for each other in turn, by every kind of wait.</summary>
    private static void HandToAndFro(StressRun run)
    {
        const int Turns = 200;
        var there = new Braid.Queues.Queue<int>(maxsize: 1);
        var back = new Braid.Threading.Semaphore(0);
        var mutex = new Braid.Threading.Lock();
        int sum = 0;
        var thread = new Thread(() =>
        {
            for (int i = 0; i < Turns; i++)
            {
                int item = there.Get();
                using (mutex.EnterScope())
                {
                    sum += item;
                }

                back.Release();
            }
        })
        { IsBackground = true, Name = "other side" };
        thread.Start();
        for (int i = 0; i < Turns; i++)
        {
            there.Put(i);
            using (mutex.EnterScope())
            {
                sum += i;
            }

            run.Check(back.TryAcquire(TimeSpan.FromSeconds(20)), "a blocked thread did not go on");
        }

        thread.Join();
        run.Check(sum == Turns * (Turns - 1), $"the sum is {sum}");
    }
}
