using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>A thread that waits for its call may do the supervisor's work meanwhile: nobody is to notice but by the clock.</summary>
public sealed class ProcessPoolHelpTests : TimedTest
{
    [Fact]
    public void An_interrupt_of_a_thread_that_waits_ends_its_wait_and_loses_no_result()
    {
        const int Calls = 400;
        using var pool = new ProcessPoolExecutor(2);
        PoolFault.AssertServes(pool);
        int wrong = 0;
        System.Threading.Thread[] callers = [.. Enumerable.Range(0, 3).Select(_ => new System.Threading.Thread(() =>
        {
            for (int number = 0; number < Calls; number++)
            {
                Future<int>? call = null;
                while (!TryRound(pool, ref call, number, ref wrong))
                {
                }
            }
        }))];
        Array.ForEach(callers, static caller => caller.Start());
        while (System.Array.Exists(callers, static caller => caller.IsAlive))
        {
            Array.ForEach(callers, static caller => caller.Interrupt());
            System.Threading.Thread.Yield();
        }

        Assert.Equal(0, wrong);
        PoolFault.AssertServes(pool);
    }

    [Fact]
    public void A_limit_strikes_while_another_thread_is_served()
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 2, TaskTimeout = TimeSpan.FromSeconds(1) });
        Future hung = pool.Submit(static () => new Threading.Event().Wait());
        while (!hung.Done)
        {
            Assert.Equal(1, pool.Submit(static () => 1).Result());
        }

        PoolFault.Fails<TaskTimeoutException>(hung);
    }

    [Fact]
    public void A_death_is_told_while_another_thread_is_served()
    {
        using var pool = new ProcessPoolExecutor(2);
        using var running = new RawValue<int>();
        Future hung = pool.Submit(() =>
        {
            running.Value = Environment.ProcessId;
            new Threading.Event().Wait();
        });
        int pid = PoolFault.PidOf(running);
        Assert.Equal(1, pool.Submit(static () => 1).Result());
        using var victim = System.Diagnostics.Process.GetProcessById(pid);
        victim.Kill();
        while (!hung.Done)
        {
            Assert.Equal(1, pool.Submit(static () => 1).Result());
        }

        Assert.Equal(pid, PoolFault.Fails<WorkerCrashedException>(hung).Worker!.Pid);
    }

    private static bool TryRound(ProcessPoolExecutor pool, ref Future<int>? call, int number, ref int wrong)
    {
        try
        {
            call ??= pool.Submit(() => number);
            if (call.Result() != number)
            {
                Interlocked.Increment(ref wrong);
            }

            return true;
        }
        catch (ThreadInterruptedException)
        {
            return false;
        }
    }
}
