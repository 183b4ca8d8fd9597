using System.Globalization;
using Braid.Futures;

namespace Braid.Tests;

/// <summary>Tasks of one process, one after the other: what they change of its thread is undone, what belongs to the process is not.</summary>
public sealed class ProcessWorkerSurroundingsTests : TimedTest
{
    [Fact]
    public void A_task_finds_what_the_initializer_has_left_whatever_the_task_before_changed()
    {
        using var pool = new ProcessPoolExecutor(1, initializer: static () =>
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("fr-FR");
            System.Threading.Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        });
        string before = pool.Submit(static () => Surroundings()).Result(Cancellation);
        Assert.StartsWith("fr-FR, ", before, StringComparison.Ordinal);
        Assert.Contains("BelowNormal, none", before, StringComparison.Ordinal);
        pool.Submit(static () => Change()).Result(Cancellation);
        Assert.Equal(before, pool.Submit(static () => Surroundings()).Result(Cancellation));
        Assert.IsType<ArithmeticException>(pool.Submit(static () =>
        {
            Change();
            throw new ArithmeticException();
        }).Exception(Cancellation));
        Assert.Equal(before, pool.Submit(static () => Surroundings()).Result(Cancellation));
    }

    [Fact]
    public void The_directory_and_the_environment_belong_to_the_process_and_stay_changed()
    {
        using var pool = new ProcessPoolExecutor(1);
        pool.Submit(static () =>
        {
            Environment.CurrentDirectory = "/";
            Environment.SetEnvironmentVariable("BRAID_TEST_LEFT", "left");
        }).Result(Cancellation);
        Assert.Equal(("/", "left"), pool.Submit(static () => (Environment.CurrentDirectory, Environment.GetEnvironmentVariable("BRAID_TEST_LEFT"))).Result(Cancellation));
        Assert.NotEqual("/", Environment.CurrentDirectory);
    }

    [Fact]
    public void Callbacks_of_a_process_pool_leave_nothing_to_the_next()
    {
        using var pool = new ProcessPoolExecutor(1);
        for (int turn = 0; turn < 40; turn++)
        {
            var seen = new Future<string>();
            using var mayEnd = new Multiprocessing.Event();
            pool.Submit(() => mayEnd.Wait()).AddDoneCallback(_ =>
            {
                seen.SetResult(Surroundings());
                Change();
            });
            mayEnd.Set();   // not before: the callback is not to run here
            Assert.Equal($"{CultureInfo.DefaultThreadCurrentCulture?.Name ?? CultureInfo.CurrentCulture.Name}, Normal, none", WithoutName(seen.Result(Cancellation)));
        }
    }

    private static string WithoutName(string surroundings) => string.Join(", ", surroundings.Split(", ").Where(static (_, index) => index != 1));

    private static string Surroundings()
    {
        System.Threading.Thread thread = System.Threading.Thread.CurrentThread;
        return $"{CultureInfo.CurrentCulture.Name}, {thread.Name}, {thread.Priority}, {SynchronizationContext.Current?.GetType().Name ?? "none"}";
    }

    private static void Change()
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR");
        System.Threading.Thread.CurrentThread.Name = "a task's";
        System.Threading.Thread.CurrentThread.Priority = ThreadPriority.Lowest;
        SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
    }
}
