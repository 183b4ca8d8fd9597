using System.Runtime.CompilerServices;
using Braid.Futures;

namespace Braid.Tests;

/// <summary>The threads of a thread pool executor. After CPython's <c>ThreadPoolExecutorTest</c> and <c>ThreadPoolShutdownTest</c>.</summary>
[Collection(nameof(Threading.Thread.ExceptHook))]
public sealed class ThreadPoolWorkersTests : TimedTest
{
    [Fact]
    public void There_are_as_many_workers_as_calls_that_run_at_once_and_never_more_than_allowed()
    {
        using var executor = new ThreadPoolExecutor(4);
        var go = new Threading.Event();
        Future[] calls = [.. Enumerable.Range(0, 12).Select(_ => executor.Submit(() => go.Wait()))];
        Assert.Equal(4, executor.Workers);
        Eventually.Holds(() => executor.Pending == 8);
        go.Set();
        Future.Wait(calls);
        Assert.Equal(4, executor.Workers);
    }

    [Fact]
    public void One_worker_does_work_that_comes_one_after_the_other()
    {
        using var executor = new ThreadPoolExecutor(8);
        Assert.Equal(0, executor.Workers);
        for (int i = 0; i < 200; i++)
        {
            executor.Submit(() => i).Result();
        }

        Assert.Equal(1, executor.Workers);
    }

    [Fact]
    public void The_size_has_a_default_and_cannot_be_less_than_one()
    {
        using var executor = new ThreadPoolExecutor();
        Assert.Equal(Math.Min(32, Environment.ProcessorCount + 4), executor.MaxWorkers);
        Assert.Throws<ArgumentOutOfRangeException>("maxWorkers", () => new ThreadPoolExecutor(0));
        Assert.Throws<ArgumentOutOfRangeException>("maxWorkers", () => new ThreadPoolExecutor(-1));
    }

    [Fact]
    public void Workers_are_named_after_the_prefix_and_numbered()
    {
        using var executor = new ThreadPoolExecutor(3, "SpecialPool");
        Assert.Equal(["SpecialPool_0", "SpecialPool_1", "SpecialPool_2"], NamesOfThree(executor));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Workers_have_a_default_name_that_tells_the_executors_apart(string? prefix)
    {
        using var one = new ThreadPoolExecutor(3, prefix);
        using var other = new ThreadPoolExecutor(3, prefix);
        string[] names = [.. NamesOfThree(one), .. NamesOfThree(other)];
        Assert.All(names, name => Assert.Matches(@"^ThreadPoolExecutor-\d+_[0-2]$", name));
        Assert.Equal(6, names.Distinct().Count());
    }

    [Fact]
    public void All_workers_are_gone_after_the_shutdown()
    {
        var executor = new ThreadPoolExecutor(3, "Ending");
        NamesOfThree(executor);
        Assert.Equal(3, Alive("Ending"));
        executor.Shutdown();
        Assert.Equal(0, Alive("Ending"));
    }

    [Fact]
    public void A_shutdown_from_inside_a_call_can_be_asked_for_but_not_waited_for()
    {
        var executor = new ThreadPoolExecutor(1);
        Assert.Throws<InvalidOperationException>(() => executor.Submit(() => executor.Shutdown()).Result());
        Assert.Throws<InvalidOperationException>(() => executor.Submit(() => 1));
        var other = new ThreadPoolExecutor(1);
        other.Submit(() => other.Shutdown(wait: false)).Result();
        Assert.Throws<InvalidOperationException>(() => other.Submit(() => 1));
        other.Shutdown();
    }

    [Fact]
    public void The_initializer_runs_once_in_each_worker_before_its_first_call()
    {
        var initialized = new System.Collections.Concurrent.ConcurrentBag<string>();
        using var executor = new ThreadPoolExecutor(3, "Prepared", () => initialized.Add(Threading.Thread.Current.Name));
        string[] names = NamesOfThree(executor);
        executor.Submit(() => { }).Result();
        Assert.Equal(names, initialized.Order());
    }

    [Fact]
    public void An_initializer_that_fails_breaks_the_executor()
    {
        var failure = new ArithmeticException("not today");
        var go = new Threading.Event();
        var reported = new Queues.SimpleQueue<Exception?>();
        Action<Threading.ExceptHookArgs> before = Threading.Thread.ExceptHook;
        Threading.Thread.ExceptHook = args => reported.Put(args.Exception);
        try
        {
            using var executor = new ThreadPoolExecutor(1, initializer: () =>
            {
                go.Wait();
                throw failure;
            });
            Future<int>[] calls = [executor.Submit(() => 1), executor.Submit(() => 2)];
            go.Set();
            foreach (Future<int> call in calls)
            {
                var exception = Assert.Throws<BrokenThreadPoolException>(() => call.Result());
                Assert.Same(failure, exception.InnerException);
                Assert.Contains("not today", exception.Message, StringComparison.Ordinal);
            }

            Assert.NotSame(calls[0].Exception(), calls[1].Exception());
            Assert.Throws<BrokenThreadPoolException>(() => executor.Submit(() => 3));
            Assert.Same(failure, reported.Get());
        }
        finally
        {
            Threading.Thread.ExceptHook = before;
        }
    }

    [Fact]
    public void An_unreferenced_executor_runs_its_submitted_calls_and_ends_its_workers()
    {
        var go = new Threading.Event();
        (WeakReference executor, Future<int> last) = Abandon(go);
        Collect(() => !executor.IsAlive);
        go.Set();
        Assert.Equal(7, last.Result());
        Collect(() => Alive("Abandoned") == 0);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (WeakReference Executor, Future<int> Last) Abandon(Threading.Event go)
        {
            var executor = new ThreadPoolExecutor(2, "Abandoned");
            executor.Submit(() => go.Wait());
            executor.Submit(() => go.Wait());
            return (new WeakReference(executor), executor.Submit(() => 7));
        }
    }

    /// <summary>Keeps three workers busy at once and gives their names.</summary>
    private static string[] NamesOfThree(ThreadPoolExecutor executor)
    {
        var meeting = new Threading.Barrier(3);
        Future<string>[] calls = [.. Enumerable.Range(0, 3).Select(_ => executor.Submit(() =>
        {
            meeting.Wait();
            return Threading.Thread.Current.Name;
        }))];
        return [.. calls.Select(call => call.Result()).Order()];
    }

    private static int Alive(string prefix) => Threading.Thread.Enumerate().Count(thread => thread.Name.StartsWith(prefix, StringComparison.Ordinal));

    private static void Collect(Func<bool> until) => Eventually.Holds(() =>
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return until();
    });
}
