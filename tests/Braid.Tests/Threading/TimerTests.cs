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
}
