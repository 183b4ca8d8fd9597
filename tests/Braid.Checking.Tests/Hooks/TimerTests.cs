namespace Braid.Checking.Tests.Hooks;

public class TimerTests
{
    [Fact]
    public void Timers_fire_in_order_of_their_times() => Explored.Holds(() =>
    {
        var order = new List<int>();
        object gate = new();
        void Note(object? number)
        {
            lock (gate)
            {
                order.Add((int)number!);
                Monitor.Pulse(gate);
            }
        }

        using var late = new Timer(Note, 2, 3_600_000, Timeout.Infinite);
        using var early = new Timer(Note, 1, 60_000, Timeout.Infinite);
        lock (gate)
        {
            while (order.Count < 2)
            {
                Monitor.Wait(gate);
            }
        }

        Assert.Equal([1, 2], order);
    });

    [Fact]
    public void A_periodic_timer_fires_until_it_is_disposed() => Explored.Holds(() =>
    {
        object gate = new();
        int fired = 0;
        DateTime begun = DateTime.UtcNow;
        var timer = new Timer(_ =>
        {
            lock (gate)
            {
                fired++;
                Monitor.Pulse(gate);
            }
        }, null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        lock (gate)
        {
            while (fired < 3)
            {
                Monitor.Wait(gate);
            }
        }

        timer.Dispose();
        Assert.Equal(3, Math.Round((DateTime.UtcNow - begun).TotalMinutes));
        Thread.Sleep(TimeSpan.FromHours(1));
        Assert.Equal(3, fired);
        Assert.False(timer.Change(1, 1));
    });

    [Fact]
    public void Change_postpones_a_timer() => Explored.Holds(() =>
    {
        DateTime begun = DateTime.UtcNow;
        var fired = new long[1];
        using var timer = new Timer(_ => Volatile.Write(ref fired[0], (DateTime.UtcNow - begun).Ticks));
        Assert.True(timer.Change(1_000, Timeout.Infinite));
        Assert.True(timer.Change(5_000, Timeout.Infinite));
        Thread.Sleep(10_000);
        Assert.Equal(5, Volatile.Read(ref fired[0]) / TimeSpan.TicksPerSecond);
    });

    [Fact]
    public void A_timer_can_fire_at_any_moment_when_the_clock_races()
    {
        static void Body()
        {
            int[] done = new int[1];
            using var timer = new Timer(_ => Assert.Equal(1, Volatile.Read(ref done[0])), null, 10_000, Timeout.Infinite);
            Volatile.Write(ref done[0], 1);
            Thread.Sleep(20_000);
        }

        Explored.Holds(Body);
        Explored.Fails(Verdict.UnhandledException, Body, ClockMode.Racing);
    }

    [Fact]
    public void Disposing_of_a_timer_signals_when_its_callback_has_ended() => Explored.Holds(() =>
    {
        int[] state = new int[1];
        var timer = new Timer(_ =>
        {
            Volatile.Write(ref state[0], 1);
            Thread.Sleep(5_000);
            Volatile.Write(ref state[0], 2);
        }, null, 1_000, Timeout.Infinite);
        using var ended = new ManualResetEvent(false);
        Thread.Sleep(2_000);
        Assert.Equal(1, Volatile.Read(ref state[0]));
        Assert.True(timer.Dispose(ended));
        Assert.True(ended.WaitOne());
        Assert.Equal(2, Volatile.Read(ref state[0]));
        Assert.False(timer.Dispose(ended));
    });

    [Fact]
    public void The_system_time_provider_makes_timers_in_virtual_time() => Explored.Holds(() =>
    {
        var fired = new bool[1];
        long begun = TimeProvider.System.GetTimestamp();
        using (ITimer timer = TimeProvider.System.CreateTimer(
            _ => Volatile.Write(ref fired[0], true), null, TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan))
        {
            Assert.True(timer.Change(TimeSpan.FromDays(2), Timeout.InfiniteTimeSpan));
            Thread.Sleep(TimeSpan.FromDays(1.5));
            Assert.False(Volatile.Read(ref fired[0]));
            Thread.Sleep(TimeSpan.FromDays(1));
        }

        Assert.True(Volatile.Read(ref fired[0]));
        Assert.Equal(2.5, TimeProvider.System.GetElapsedTime(begun).TotalDays, 3);
    });

    [Fact]
    public void A_body_that_waits_forever_beside_a_periodic_timer_is_ended() => Explored.Fails(Verdict.Livelock, () =>
    {
        object gate = new();
        using var timer = new Timer(static _ => { }, null, 1_000, 1_000);
        lock (gate)
        {
            Monitor.Wait(gate);
        }
    });
}
