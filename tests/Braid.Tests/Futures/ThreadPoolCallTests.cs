using System.Runtime.CompilerServices;
using Braid.Futures;

namespace Braid.Tests;

/// <summary>Calls that wait for calls, callbacks that block, context, and what is kept alive.</summary>
public sealed class ThreadPoolCallTests : TimedTest
{
    [Fact]
    public void Calls_that_wait_for_calls_of_the_same_executor_end_while_there_is_a_worker_to_start()
    {
        for (int i = 0; i < 50; i++)
        {
            using var executor = new ThreadPoolExecutor(4);
            Assert.Equal(3, executor.Submit(() => 1 + executor.Submit(() => 1 + executor.Submit(() => 1).Result()).Result()).Result());
        }
    }

    [Fact]
    public void A_callback_that_blocks_does_not_keep_other_calls_from_running()
    {
        using var executor = new ThreadPoolExecutor(2);
        var go = new Threading.Event();
        var hold = new Threading.Event();
        var entered = new Threading.Event();
        Future<int> first = executor.Submit(() =>
        {
            hold.Wait();
            return 1;
        });
        first.AddDoneCallback(_ =>
        {
            entered.Set();
            go.Wait();
        });
        hold.Set();
        entered.Wait();
        Assert.Equal(1, first.Result());
        Assert.Equal(2, executor.Submit(() => 2).Result());
        Assert.Equal(3, executor.Submit(() => 3).Result());
        go.Set();
    }

    [Fact]
    public void A_callback_may_wait_for_other_calls_of_the_executor()
    {
        using var executor = new ThreadPoolExecutor(2);
        var hold = new Threading.Event();
        var got = new Future<int>();
        Future first = executor.Submit(() => hold.Wait());
        first.AddDoneCallback(_ => got.SetResult(executor.Submit(() => 5).Result()));
        hold.Set();
        Assert.Equal(5, got.Result());
    }

    [Fact]
    public void The_submitters_async_locals_reach_the_call_and_go_no_further()
    {
        using var executor = new ThreadPoolExecutor(1);
        var local = new AsyncLocal<string?>();
        Assert.Null(executor.Submit(() => local.Value).Result());
        local.Value = "mine";
        Assert.Equal("mine", executor.Submit(() => local.Value).Result());
        executor.Submit(() => local.Value = "changed by a call").Result();
        Assert.Equal("mine", local.Value);
        local.Value = null;
        Assert.Null(executor.Submit(() => local.Value).Result());
    }

    [Fact]
    public void The_context_of_the_first_submitter_does_not_stay_with_the_worker()
    {
        using var executor = new ThreadPoolExecutor(1);
        var local = new AsyncLocal<string?> { Value = "first" };
        executor.Submit(() => { }).Result();
        using (ExecutionContext.SuppressFlow())
        {
            Assert.Null(executor.Submit(() => local.Value).Result());
        }
    }

    [Fact]
    public void Neither_the_executor_nor_an_idle_worker_keeps_a_call_its_result_or_its_future()
    {
        using var executor = new ThreadPoolExecutor(1);
        AssertCollected(Run(executor));
        Assert.Equal(1, executor.Workers);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference[] Run(ThreadPoolExecutor executor)
        {
            object captured = new();
            Future<object> future = executor.Submit(() => captured.GetHashCode() == 0 ? captured : new object());
            return [new WeakReference(captured), new WeakReference(future.Result()), new WeakReference(future)];
        }
    }

    [Fact]
    public void A_future_keeps_neither_the_function_nor_the_context_of_its_call()
    {
        using var executor = new ThreadPoolExecutor(1);
        Future<int> future = Run(executor, out WeakReference[] used);
        AssertCollected(used);
        Assert.Equal(1, future.Result());

        [MethodImpl(MethodImplOptions.NoInlining)]
        static Future<int> Run(ThreadPoolExecutor executor, out WeakReference[] used)
        {
            object captured = new();
            var local = new AsyncLocal<object?> { Value = new object() };
            used = [new WeakReference(captured), new WeakReference(local.Value)];
            Future<int> future = executor.Submit(() => captured.GetHashCode() == 0 ? 0 : 1);
            future.Result();
            local.Value = null;
            return future;
        }
    }

    [Fact]
    public void A_failed_call_is_collected_with_its_exception()
    {
        using var executor = new ThreadPoolExecutor(1);
        AssertCollected(Run(executor));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference[] Run(ThreadPoolExecutor executor)
        {
            Future<int> future = executor.Submit(int () => throw new ArithmeticException());
            return [new WeakReference(future.Exception()), new WeakReference(future)];
        }
    }

    [Fact]
    public async Task Submits_from_many_threads_during_a_shutdown_are_run_or_refused()
    {
        for (int round = 0; round < 20; round++)
        {
            var executor = new ThreadPoolExecutor(2);
            int ran = 0;
            int accepted = 0;
            var started = new Threading.Event();
            BlockingActor[] actors = [new(), new(), new()];
            Task[] submitting = [.. actors.Select(actor => actor.Do(() =>
            {
                try
                {
                    while (true)
                    {
                        executor.Submit(() => Interlocked.Increment(ref ran));
                        Interlocked.Increment(ref accepted);
                        started.Set();
                    }
                }
                catch (InvalidOperationException)
                {
                }
            }))];
            started.Wait();
            executor.Shutdown();
            await Task.WhenAll(submitting);
            Assert.Equal(accepted, ran);
            foreach (BlockingActor actor in actors)
            {
                await actor.DisposeAsync();
            }
        }
    }

    private static void AssertCollected(WeakReference[] references) => Eventually.Holds(() =>
    {
        GC.Collect();
        return !references.Any(reference => reference.IsAlive);
    });
}
