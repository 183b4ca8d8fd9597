namespace Braid.Checking.Tests.Engine;

/// <summary>Time passes when no thread can continue or, with a racing clock, at any moment.</summary>
public sealed class ClockTests
{
    [Fact]
    public void A_long_sleep_takes_no_time()
    {
        CheckReport report = Check.Explore(() =>
        {
            var sleeper = new Thread(() => Thread.Sleep(TimeSpan.FromDays(10)));
            sleeper.Start();
            if (sleeper.Join(TimeSpan.FromDays(9)))
            {
                throw new InvalidOperationException("It has slept too short.");
            }

            sleeper.Join();
        });
        Assert.Equal(Verdict.Passed, report.Verdict);
    }

    [Fact]
    public void A_time_limit_does_not_expire_while_a_thread_can_continue() =>
        Assert.Equal(Verdict.Passed, Check.Explore(SetInTime).Verdict);

    [Fact]
    public void With_a_racing_clock_a_time_limit_can_expire_at_any_moment()
    {
        CheckReport report = Check.Explore(SetInTime, new CheckOptions { Clock = ClockMode.Racing });
        Assert.Equal(Verdict.AssertionFailed, report.Verdict);
        Assert.Equal(
            report.Timeline, Check.Explore(SetInTime, new CheckOptions { Clock = ClockMode.Racing, Replay = report.Replay }).Timeline);
    }

    private static void SetInTime()
    {
        object gate = new();
        bool set = false;
        var setter = new Thread(() =>
        {
            lock (gate)
            {
                set = true;
                Monitor.Pulse(gate);
            }
        });
        setter.Start();
        lock (gate)
        {
            if (!set && !Monitor.Wait(gate, TimeSpan.FromSeconds(1)))
            {
                throw new TimeoutException("The time was up first.");
            }
        }

        setter.Join();
    }
}
