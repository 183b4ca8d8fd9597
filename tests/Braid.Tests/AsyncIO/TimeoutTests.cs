using Timeout = Braid.AsyncIO.Timeout;

namespace Braid.Tests;

/// <summary>Time limits, in an event loop.</summary>
public sealed class LoopTimeoutTests : TimeoutContract
{
    protected override void Run(Func<Task> main) => AsyncIO.EventLoop.Run(main);
}

/// <summary>Time limits where there is no event loop.</summary>
public sealed class PoolTimeoutTests : TimeoutContract
{
    protected override void Run(Func<Task> main) => Task.Run(main).GetAwaiter().GetResult();
}

public abstract class TimeoutContract : TimedTest
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly HandSetClock _clock = new();

    protected abstract void Run(Func<Task> main);

    [Fact]
    public void What_ends_in_time_gives_its_result() => Run(async () =>
    {
        Timeout timeout = New(s_second);
        Assert.Equal(42, await timeout.RunAsync(static async timeout =>
        {
            await Task.Yield();
            return 42;
        }));
        Assert.False(timeout.Expired);
        Assert.Contains("finished", timeout.ToString(), StringComparison.Ordinal);
    });

    [Fact]
    public void When_the_time_is_up_the_code_is_cancelled_and_a_timeout_comes_out() => Run(async () =>
    {
        Timeout timeout = New(s_second);
        Task run = timeout.RunAsync(static timeout => Forever.Until(timeout.Token));
        Assert.Equal((false, s_second), (timeout.Expired, timeout.Remaining));
        _clock.Advance(s_second);
        TimeoutException exception = await Assert.ThrowsAsync<TimeoutException>(() => run);
        Assert.IsAssignableFrom<OperationCanceledException>(exception.InnerException);
        Assert.Contains("1 s", exception.Message, StringComparison.Ordinal);
        Assert.Equal((true, TimeSpan.Zero), (timeout.Expired, timeout.Remaining));
    });

    [Fact]
    public void On_the_real_clock_too() => Run(async () =>
        await Assert.ThrowsAsync<TimeoutException>(static () => new Timeout(Brief).RunAsync(static timeout => Forever.Until(timeout.Token))));

    [Fact]
    public void Without_a_limit_nothing_expires() => Run(async () =>
    {
        Timeout timeout = New(null);
        await timeout.RunAsync(async timeout =>
        {
            _clock.Advance(TimeSpan.FromDays(1000));
            await Task.Yield();
            Assert.Equal((false, (TimeSpan?)null), (timeout.Expired, timeout.Remaining));
        });
    });

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_limit_in_the_past_cancels_at_the_first_wait(int seconds) => Run(async () =>
    {
        bool begun = false;
        await Assert.ThrowsAsync<TimeoutException>(() => New(seconds * s_second).RunAsync(async timeout =>
        {
            begun = true;
            await Forever.Until(timeout.Token);
        }));
        Assert.True(begun);
    });

    [Fact]
    public void A_result_in_spite_of_the_expiry_counts() => Run(async () =>
    {
        Timeout timeout = New(s_second);
        Assert.Equal(5, await timeout.RunAsync(async timeout =>
        {
            _clock.Advance(s_second);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Forever.Until(timeout.Token));
            return 5;
        }));
        Assert.True(timeout.Expired);
    });

    [Fact]
    public void An_exception_of_its_own_in_spite_of_the_expiry_comes_out() => Run(async () =>
    {
        Timeout timeout = New(s_second);
        await Assert.ThrowsAsync<InvalidDataException>(() => timeout.RunAsync(async timeout =>
        {
            _clock.Advance(s_second);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Forever.Until(timeout.Token));
            throw new InvalidDataException();
        }));
        Assert.True(timeout.Expired);
    });

    [Fact]
    public void The_outer_cancellation_comes_out_as_one_and_wins() => Run(async () =>
    {
        using var outer = new CancellationTokenSource();
        Timeout timeout = New(s_second, outer.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => timeout.RunAsync(async timeout =>
        {
            outer.Cancel();
            await Forever.Until(timeout.Token);
        }));
        Assert.False(timeout.Expired);
        Timeout both = New(s_second, outer.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => both.RunAsync(async timeout =>
        {
            _clock.Advance(s_second);
            await Forever.Until(timeout.Token);
        }));
    });

    [Fact]
    public void A_foreign_cancellation_is_not_taken_for_the_expiry() => Run(async () =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => New(s_second).RunAsync(static _ => throw new OperationCanceledException())));

    [Theory]
    [InlineData(1, 2, "inner")]
    [InlineData(2, 1, "outer")]
    public void Nested_limits_each_tell_their_own_expiry(int innerSeconds, int outerSeconds, string expected) => Run(async () =>
    {
        Timeout outer = New(outerSeconds * s_second);
        Timeout? inner = null;
        string caught = "";
        Task run = outer.RunAsync(async outer =>
        {
            inner = New(innerSeconds * s_second, outer.Token);
            try
            {
                await inner.RunAsync(static inner => Forever.Until(inner.Token));
            }
            catch (TimeoutException)
            {
                caught = "inner";
            }
        });
        _clock.Advance(s_second);
        try
        {
            await run;
        }
        catch (TimeoutException)
        {
            caught = "outer";
        }

        Assert.Equal(expected, caught);
        Assert.Equal((expected == "inner", expected == "outer"), (inner!.Expired, outer.Expired));
    });

    [Fact]
    public void Of_limits_that_expire_together_the_outer_one_tells() => Run(async () =>
    {
        Timeout outer = New(s_second);
        bool innerTold = false;
        Task run = outer.RunAsync(async outer =>
        {
            try
            {
                await New(s_second, outer.Token).RunAsync(static inner => Forever.Until(inner.Token));
            }
            catch (TimeoutException)
            {
                innerTold = true;
                throw;
            }
        });
        _clock.Advance(s_second);
        await Assert.ThrowsAsync<TimeoutException>(() => run);
        Assert.Equal((false, true), (innerTold, outer.Expired));
    });

    [Fact]
    public void In_the_clean_up_after_an_expiry_another_limit_counts() => Run(async () =>
    {
        bool innerTold = false;
        Task run = New(s_second).RunAsync(async timeout =>
        {
            try
            {
                await Forever.Until(timeout.Token);
            }
            finally
            {
                Task cleanUp = New(s_second).RunAsync(static cleanUp => Forever.Until(cleanUp.Token));
                _clock.Advance(s_second);
                await Assert.ThrowsAsync<TimeoutException>(() => cleanUp);
                innerTold = true;
            }
        });
        _clock.Advance(s_second);
        await Assert.ThrowsAsync<TimeoutException>(() => run);
        Assert.True(innerTold);
    });

    [Fact]
    public void A_callback_of_the_token_that_is_sent_to_the_loop_does_not_block_it() => Run(async () =>
    {
        var called = new Threading.Event();
        Task run = New(s_second).RunAsync(async timeout =>
        {
            timeout.Token.Register(called.Set, useSynchronizationContext: true);
            await Forever.Until(timeout.Token);     // registered later, so it is called earlier
        });
        Task expires = Task.Run(() => _clock.Advance(s_second));
        await Assert.ThrowsAsync<TimeoutException>(() => run);
        await called.WaitAsync(Cancellation);
        await expires;
    });

    [Fact]
    public void A_limit_longer_than_a_timer_can_measure_does_not_expire() => Run(async () =>
        await New(TimeSpan.MaxValue).RunAsync(async timeout =>
        {
            timeout.Reschedule(TimeSpan.FromDays(60));
            _clock.Advance(TimeSpan.FromDays(59));
            await Task.Yield();
            Assert.Equal((false, TimeSpan.FromDays(1)), (timeout.Expired, timeout.Remaining));
        }));

    [Fact]
    public void A_clock_may_call_back_at_once() => Run(async () =>
    {
        Timeout timeout = new(null, new ClockThatCallsAtOnce());
        bool? expired = null;
        await Assert.ThrowsAsync<TimeoutException>(() => timeout.RunAsync(async timeout =>
        {
            timeout.Token.Register(() => expired = timeout.Expired);
            timeout.Reschedule(TimeSpan.Zero);
            await Forever.Until(timeout.Token);
        }));
        Assert.True(expired);
    });

    [Fact]
    public void It_can_be_rescheduled() => Run(async () =>
    {
        Timeout timeout = New(s_second);
        Task run = timeout.RunAsync(static timeout => Forever.Until(timeout.Token));
        timeout.Reschedule(3 * s_second);
        _clock.Advance(2 * s_second);
        Assert.Equal((false, s_second), (timeout.Expired, timeout.Remaining));
        timeout.Reschedule(null);
        _clock.Advance(100 * s_second);
        Assert.Equal((false, (TimeSpan?)null), (timeout.Expired, timeout.Remaining));
        timeout.Reschedule(TimeSpan.FromSeconds(-1));
        _clock.Advance(TimeSpan.Zero);
        await Assert.ThrowsAsync<TimeoutException>(() => run);
    });

    [Fact]
    public void It_is_used_inside_and_once() => Run(async () =>
    {
        Timeout timeout = New(s_second);
        Assert.Throws<InvalidOperationException>(() => timeout.Token);
        Assert.Throws<InvalidOperationException>(() => timeout.Reschedule(s_second));
        Assert.Equal(s_second, timeout.Remaining);
        await timeout.RunAsync(async timeout =>
        {
            Assert.Contains("active, 1 s left", timeout.ToString(), StringComparison.Ordinal);
            await Assert.ThrowsAsync<InvalidOperationException>(() => timeout.RunAsync(static _ => Task.CompletedTask));
            Assert.False(timeout.Token.IsCancellationRequested);
            _clock.Advance(s_second);
            Assert.Contains("expiring", timeout.ToString(), StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(() => timeout.Reschedule(s_second));
        });
        Assert.Throws<InvalidOperationException>(() => timeout.Reschedule(s_second));
        Assert.Contains("make a new one", (await Assert.ThrowsAsync<InvalidOperationException>(() => timeout.RunAsync(static _ => Task.CompletedTask))).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void In_a_group_it_ends_all_tasks() => Run(async () =>
    {
        Task? task = null;
        Task run = New(s_second).RunAsync(timeout => new AsyncIO.TaskGroup(timeout.Token).RunAsync(group =>
        {
            task = group.CreateTask(static token => Forever.Until(token));
            return Task.CompletedTask;
        }));
        Eventually.Holds(() => task is not null);
        _clock.Advance(s_second);
        await Assert.ThrowsAsync<TimeoutException>(() => run);
        Assert.True(task!.IsCanceled);
    });

    private Timeout New(TimeSpan? delay, CancellationToken token = default) => new(delay, _clock, token);
}
