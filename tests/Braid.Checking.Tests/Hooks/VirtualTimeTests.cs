using System.Diagnostics;

namespace Braid.Checking.Tests.Hooks;

public class VirtualTimeTests
{
    [Fact]
    public void All_clocks_show_the_time_that_was_slept() => Explored.Runs(() =>
    {
        DateTime date = DateTime.UtcNow;
        DateTime local = DateTime.Now;
        DateTimeOffset offset = DateTimeOffset.Now;
        long ticks = Environment.TickCount64;
        int ticks32 = Environment.TickCount;
        long stamp = Stopwatch.GetTimestamp();
        Stopwatch watch = Stopwatch.StartNew();
        Thread.Sleep(TimeSpan.FromHours(5));
        watch.Stop();
        Thread.Sleep(TimeSpan.FromHours(5));

        Assert.Equal(5, watch.Elapsed.TotalHours, 3);
        Assert.Equal(5, watch.ElapsedMilliseconds / 3.6e6, 3);
        Assert.False(watch.IsRunning);
        Assert.Equal(10, (DateTime.UtcNow - date).TotalHours, 3);
        Assert.Equal(10, (DateTime.Now - local).TotalHours, 3);
        Assert.Equal(10, (DateTimeOffset.UtcNow - offset).TotalHours, 3);
        Assert.Equal(10, (TimeProvider.System.GetUtcNow() - offset).TotalHours, 3);
        Assert.Equal(10, (Environment.TickCount64 - ticks) / 3.6e6, 3);
        Assert.Equal(10, (Environment.TickCount - ticks32) / 3.6e6, 3);
        Assert.Equal(10, Stopwatch.GetElapsedTime(stamp).TotalHours, 3);
    });

    [Fact]
    public void While_one_thread_reads_the_clock_the_timeout_of_another_can_expire() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        bool[] slept = new bool[1];
        var sleeper = new Thread(() =>
        {
            Thread.Sleep(1);
            Volatile.Write(ref slept[0], true);
        });
        sleeper.Start();
        Thread.Yield();
        long begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < TimeSpan.FromMilliseconds(2))
        {
        }

        Thread.Yield();
        Assert.False(Volatile.Read(ref slept[0]));
        sleeper.Join();
    });

    [Fact]
    public void A_loop_that_waits_for_a_time_limit_ends() => Explored.Runs(() =>
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.Elapsed < TimeSpan.FromMinutes(1))
        {
            Thread.Sleep(0);
        }

        Assert.Equal(1, watch.Elapsed.TotalMinutes, 1);
    });

    [Fact]
    public void A_loop_that_waits_for_a_thread_which_sleeps_ends() => Explored.Holds(() =>
    {
        bool[] done = new bool[1];
        var sleeper = new Thread(() =>
        {
            Thread.Sleep(10_000);
            Volatile.Write(ref done[0], true);
        });
        sleeper.Start();
        while (!Volatile.Read(ref done[0]))
        {
        }

        sleeper.Join();
    });

    [Fact]
    public void A_provider_of_the_program_is_asked_itself() => Explored.Runs(() =>
    {
        TimeProvider provider = new Stopped();
        Assert.Equal(DateTimeOffset.UnixEpoch, provider.GetUtcNow());
        Assert.True(provider.GetTimestamp() > 0);
    });

    private sealed class Stopped : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;

        public override long GetTimestamp() => Math.Abs(base.GetTimestamp()) + 1;
    }
}
