namespace Braid.Tests;

public sealed class TimerTests : TimedTest
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public void It_calls_the_function_once_when_the_time_has_come()
    {
        int calls = 0;
        var timer = new Threading.Timer(Brief, () => calls++);
        timer.Start();
        timer.Join(Cancellation);
        Assert.Equal(1, calls);
        Assert.True(timer.Finished.IsSet);
    }

    [Fact]
    public void It_measures_by_the_clock_it_is_given()
    {
        var clock = new HandSetClock();
        int calls = 0;
        var timer = new Threading.Timer(s_hour, () => calls++, clock);
        timer.Start();
        Eventually.Holds(() => timer.Finished.WaiterCount == 1);
        clock.Advance(s_hour - TimeSpan.FromTicks(1));
        Assert.True(timer.IsAlive);
        Assert.Equal(0, calls);
        clock.Advance(TimeSpan.FromTicks(1));
        timer.Join(Cancellation);
        Assert.Equal(1, calls);
        Assert.True(timer.Finished.IsSet);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cancelled_while_it_waits_it_ends_without_a_call(bool hasClock)
    {
        int calls = 0;
        var timer = new Threading.Timer(s_hour, () => calls++, hasClock ? new HandSetClock() : null);
        timer.Start();
        Eventually.Holds(() => timer.Finished.WaiterCount == 1);
        Assert.False(timer.Finished.IsSet);
        timer.Cancel();
        timer.Join(Cancellation);
        Assert.Equal(0, calls);
        Assert.True(timer.Finished.IsSet);
    }

    [Fact]
    public void Cancelled_before_the_start_or_after_the_end_it_does_nothing()
    {
        int calls = 0;
        var early = new Threading.Timer(s_hour, () => calls++);
        early.Cancel();
        early.Start();
        early.Join(Cancellation);
        Assert.Equal(0, calls);
        var late = new Threading.Timer(TimeSpan.Zero, () => calls++);
        late.Start();
        late.Join(Cancellation);
        late.Cancel();
        Assert.Equal(1, calls);
    }

    /// <summary>The timers of a clock count milliseconds in 32 bits, which is 49.7 days.</summary>
    [Theory]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(49)]
    [InlineData(50)]
    [InlineData(365)]
    [InlineData(10_000)]
    public void An_interval_of_days_is_waited_for_whether_the_clock_goes_step_by_step_or_jumps(int days)
    {
        foreach (int jumps in (int[])[1, 3, 60])
        {
            var clock = new HandSetClock();
            int calls = 0;
            var timer = new Threading.Timer(TimeSpan.FromDays(days), () => calls++, clock);
            timer.Start();
            for (int jump = 0; jump < jumps; jump++)
            {
                Eventually.Holds(() => clock.AlarmCount == 1 && timer.Finished.WaiterCount == 1);
                Assert.True(timer.IsAlive);
                clock.Advance((TimeSpan.FromDays(days) / jumps) - TimeSpan.FromTicks(1));
            }

            Eventually.Holds(() => clock.AlarmCount == 1 && timer.Finished.WaiterCount == 1);
            Assert.Equal(0, calls);
            clock.Advance(TimeSpan.FromTicks(jumps));
            timer.Join(Cancellation);
            Assert.Equal(1, calls);
            Assert.Null(timer.Exception);
        }
    }

    [Fact]
    public void The_longest_interval_there_is_is_waited_for_on_any_clock()
    {
        foreach (TimeProvider? clock in (TimeProvider?[])[null, new OrdinaryClock(), new HandSetClock()])
        {
            var timer = new Threading.Timer(TimeSpan.MaxValue, () => { }, clock);
            timer.Start();
            Eventually.Holds(() => timer.Finished.WaiterCount == 1);
            timer.Cancel();
            timer.Join(Cancellation);
            Assert.Null(timer.Exception);
        }
    }

    /// <summary>A test may give a clock that rings when it is told to and never tells another time.</summary>
    [Fact]
    public void A_clock_whose_timers_ring_although_its_time_stands_still_is_believed()
    {
        var clock = new RingingClock();
        int calls = 0;
        var timer = new Threading.Timer(TimeSpan.FromDays(40), () => calls++, clock);
        timer.Start();
        for (int rings = 0; rings < 2; rings++)
        {
            Eventually.Holds(() => clock.Settings == rings + 1 && timer.Finished.WaiterCount == 1);
            clock.Ring();
        }

        timer.Join(Cancellation);
        Assert.Equal(1, calls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_timer_that_is_cancelled_or_done_keeps_nothing_of_its_function(bool isStarted)
    {
        (Threading.Timer timer, WeakReference captured) = Make();
        if (isStarted)
        {
            timer.Start();
            Eventually.Holds(() => timer.Finished.WaiterCount == 1);
        }

        timer.Cancel();
        Eventually.Holds(() =>
        {
            GC.Collect();
            return !captured.IsAlive;
        });
        GC.KeepAlive(timer);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static (Threading.Timer Timer, WeakReference Captured) Make()
        {
            object captured = new();
            return (new Threading.Timer(s_hour, () => captured.ToString()), new WeakReference(captured));
        }
    }

    [Fact]
    public void A_negative_interval_or_no_function_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Threading.Timer(TimeSpan.FromTicks(-1), () => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Threading.Timer(Timeout.InfiniteTimeSpan, () => { }));
        Assert.Throws<ArgumentNullException>(() => new Threading.Timer(TimeSpan.Zero, null!));
    }

    [Fact]
    public void It_is_a_thread_with_its_name_and_its_rules()
    {
        var timer = new Threading.Timer(s_hour, () => { }) { Name = "egg", Daemon = true };
        timer.Start();
        Assert.Matches(@"^Timer\(egg, started daemon \d+\)$", timer.ToString());
        Assert.Contains(timer, Threading.Thread.Enumerate());
        Assert.Throws<InvalidOperationException>(timer.Start);
        timer.Cancel();
        timer.Join(Cancellation);
    }

    private sealed class OrdinaryClock : TimeProvider;

    private sealed class RingingClock : TimeProvider
    {
        private volatile Action? _ring;
        private int _settings;

        /// <summary>How often a timer was set to a time.</summary>
        public int Settings => Volatile.Read(ref _settings);

        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _ring = () => callback(state);
            var bell = new Bell(this);
            bell.Change(dueTime, period);
            return bell;
        }

        public void Ring() => _ring!();

        private sealed class Bell(RingingClock clock) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Interlocked.Increment(ref clock._settings);
                }

                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
