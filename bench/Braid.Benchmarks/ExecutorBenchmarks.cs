using BenchmarkDotNet.Attributes;

namespace Braid.Benchmarks;

/// <summary>Empty tasks, submitted one after the other without waiting; the last one is waited for.</summary>
public class ExecutorThroughput
{
    private const int Tasks = 200_000;

    private readonly Futures.ThreadPoolExecutor _executor = new();

    [Benchmark(Baseline = true, OperationsPerInvoke = Tasks, Description = "Task.Run")]
    public void DotNet()
    {
        var tasks = new Task[Tasks];
        for (int i = 0; i < Tasks; i++)
        {
            tasks[i] = Task.Run(static () => { });
        }

        Task.WaitAll(tasks);
    }

    [Benchmark(OperationsPerInvoke = Tasks, Description = "Braid ThreadPoolExecutor.Submit")]
    public void Braid()
    {
        var futures = new Futures.Future[Tasks];
        for (int i = 0; i < Tasks; i++)
        {
            futures[i] = _executor.Submit(static () => { });
        }

        foreach (Futures.Future future in futures)
        {
            future.Result();
        }
    }
}

/// <summary>One empty task, waited for before the next: there and back through another thread.</summary>
public class ExecutorRoundTrip
{
    private const int Trips = 20_000;

    private readonly Futures.ThreadPoolExecutor _executor = new(maxWorkers: 1);

    [Benchmark(Baseline = true, OperationsPerInvoke = Trips, Description = "ThreadPool work item and a wait")]
    public void DotNet()
    {
        using var done = new ManualResetEventSlim();
        for (int i = 0; i < Trips; i++)
        {
            done.Reset();
            ThreadPool.UnsafeQueueUserWorkItem(static done => done.Set(), done, preferLocal: false);
            done.Wait();
        }
    }

    [Benchmark(OperationsPerInvoke = Trips, Description = "Braid Submit and Result")]
    public int Braid()
    {
        int sum = 0;
        for (int i = 0; i < Trips; i++)
        {
            sum += _executor.Submit(static () => 1).Result();
        }

        return sum;
    }
}
