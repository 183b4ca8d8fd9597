using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Limits on the memory of workers.</summary>
public sealed class ProcessPoolMemoryTests : TimedTest
{
    private const long Limit = 200_000_000;

    [Fact]
    public void A_task_that_runs_out_of_managed_memory_fails_and_its_worker_is_replaced()
    {
        using var pool = Limited();
        int pid = PoolFault.WorkerOf(pool);
        Assert.Equal(Limit, PoolFault.Fails<MemoryLimitException>(pool.Submit(static () => HoldManaged())).Limit);
        Assert.NotEqual(pid, PoolFault.WorkerOf(pool));
    }

    [Fact]
    public void A_task_that_takes_too_much_native_memory_is_killed_while_it_runs()
    {
        using var pool = Limited();
        int pid = PoolFault.WorkerOf(pool);
        var failure = PoolFault.Fails<MemoryLimitException>(pool.Submit(static () => HoldNative()));
        Assert.Equal(ExitReason.OverMemoryLimit, failure.Worker!.Reason);
        Assert.InRange(failure.Worker.PrivateBytes!.Value, Limit, long.MaxValue);
        Assert.False(PoolFault.Runs(pid));
        PoolFault.AssertServes(pool);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_slow_leak_under_a_steady_load_costs_workers_and_no_task(int workers)
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = workers, MemoryLimit = Limit });
        Future<int>[] calls = [.. Enumerable.Range(0, 400).Select(_ => pool.Submit(static () => Leak(1_000_000)))];
        int[] pids = [.. calls.Select(static call => call.Result())];
        Assert.InRange(pids.Distinct().Count(), 3, 20);
        Assert.Equal((0, 0), (pool.Figures.Failed, pool.Figures.Restarts));
    }

    [Fact]
    public void Garbage_alone_costs_no_worker()
    {
        using var pool = Limited();
        int pid = PoolFault.WorkerOf(pool);
        Assert.All([.. Enumerable.Range(0, 100).Select(_ => pool.Submit(static () => MakeGarbage(10_000_000)))], static call => call.Result());
        Assert.Equal(pid, PoolFault.WorkerOf(pool));
    }

    [Fact]
    public void One_task_that_needs_much_and_gives_it_back_costs_no_worker()
    {
        using var pool = Limited();
        int pid = PoolFault.WorkerOf(pool);
        Assert.Equal(0, pool.Submit(static () => UseAndFree(Limit / 2)).Result());
        PoolFault.AssertServes(pool, 20);
        Assert.Equal(pid, PoolFault.WorkerOf(pool));
    }

    [Fact]
    public void An_object_that_fails_when_it_is_collected_takes_no_earlier_result_back()
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Output = QuietProcess.Swallow });
        Future<int> first = pool.Submit(static () => LeaveBomb());
        Assert.Equal(1, first.Result());
        PoolFault.Fails<WorkerCrashedException>(pool.Submit(static () => CollectForEver()));
        Assert.Equal(1, first.Result());
        PoolFault.AssertServes(pool);
    }

    private static ProcessPoolExecutor Limited() => new(new ProcessPoolOptions { MaxWorkers = 1, MemoryLimit = Limit });

    private static int HoldManaged()
    {
        var held = new List<byte[]>();
        while (true)
        {
            held.Add(new byte[1_000_000]);
        }
    }

    private static unsafe int HoldNative()
    {
        while (true)
        {
            void* block = NativeMemory.Alloc(10_000_000);
            NativeMemory.Fill(block, 10_000_000, 1);
        }
    }

    private static unsafe int Leak(int bytes)
    {
        NativeMemory.Fill(NativeMemory.Alloc((nuint)bytes), (nuint)bytes, 1);
        return Environment.ProcessId;
    }

    private static int MakeGarbage(int bytes)
    {
        byte[] garbage = new byte[bytes];
        garbage.AsSpan().Fill(1);
        return garbage[^1];
    }

    private static unsafe int UseAndFree(long bytes)
    {
        void* block = NativeMemory.Alloc((nuint)bytes);
        NativeMemory.Fill(block, (nuint)bytes, 1);
        NativeMemory.Free(block);
        return 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int LeaveBomb() => new Bomb().Number;

    private static int CollectForEver()
    {
        while (true)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private sealed class Bomb
    {
        public int Number => 1;

        ~Bomb() => Explode();

        private static void Explode() => throw new InvalidOperationException("Bang.");
    }
}
