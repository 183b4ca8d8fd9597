using Braid.AsyncIO;

namespace Braid.Tests;

/// <summary>CallSoon, CallLater, CallAt, and what they give back.</summary>
public sealed class EventLoopCallTests : TimedTest
{
    [Fact]
    public void Callbacks_run_in_order_and_what_they_add_runs_in_the_next_turn()
    {
        var ran = new List<string>();
        EventLoop.Run(async loop =>
        {
            loop.CallSoon(() =>
            {
                ran.Add("first");
                loop.CallSoon(() => ran.Add("added"));
            });
            loop.CallSoon(() => ran.Add("second"));
            await Task.Yield();
            ran.Add("yielded");
            await Task.Yield();
        });
        Assert.Equal(["first", "second", "yielded", "added"], ran);
    }

    [Fact]
    public void More_callbacks_than_fit_at_first_keep_their_order()
    {
        var ran = new List<int>();
        EventLoop.Run(async loop =>
        {
            for (int i = 0; i < 1000; i++)
            {
                int number = i;
                loop.CallSoon(() => ran.Add(number));
                if (i % 7 == 0)
                {
                    await Task.Yield();   // so that the ring turns
                }
            }

            await Task.Yield();
        });
        Assert.Equal(Enumerable.Range(0, 1000), ran);
    }

    [Fact]
    public void Timers_run_by_time_and_those_of_the_same_time_in_the_order_they_were_made()
    {
        var ran = new List<string>();
        EventLoop.Run(async loop =>
        {
            var done = new Threading.Event();
            TimeSpan now = loop.Time;
            loop.CallAt(now + Brief + Brief, done.Set);
            loop.CallAt(now + Brief, () => ran.Add("a"));
            loop.CallAt(now + Brief, () => ran.Add("b"));
            loop.CallAt(now, () => ran.Add("now"));
            loop.CallLater(TimeSpan.FromSeconds(-1), () => ran.Add("past"));
            TimerHandle never = loop.CallLater(TimeSpan.MaxValue, () => ran.Add("never"));
            Assert.Equal(TimeSpan.MaxValue, never.When);
            await done.WaitAsync(Cancellation);
            Assert.True(loop.Time >= now + Brief + Brief);
        });
        Assert.Equal(["past", "now", "a", "b"], ran);
    }

    [Fact]
    public void A_cancelled_callback_does_not_run()
    {
        var ran = new List<string>();
        EventLoop.Run(async loop =>
        {
            Handle soon = loop.CallSoon(() => ran.Add("soon"));
            TimerHandle later = loop.CallLater(TimeSpan.Zero, () => ran.Add("later"));
            Handle stays = loop.CallSoon(() => ran.Add("stays"));
            soon.Cancel();
            later.Cancel();
            later.Cancel();
            await Task.Yield();
            await Task.Yield();
            stays.Cancel();
            Assert.Equal((true, true, false), (soon.Cancelled, later.Cancelled, stays.Cancelled));
            Assert.EndsWith(", run", stays.ToString(), StringComparison.Ordinal);
        });
        Assert.Equal(["stays"], ran);
    }

    [Fact]
    public void Cancelled_timers_do_not_pile_up()
    {
        EventLoop.Run(loop =>
        {
            for (int i = 0; i < 1000; i++)
            {
                loop.CallLater(Ample, static () => { }).Cancel();
            }

            Assert.Matches("timers=([0-9]|[0-9]{2}|1[0-9]{2}),", loop.ToString());
            return Task.CompletedTask;
        });
    }

    [Fact]
    public void A_timer_cancelled_by_another_thread_is_taken_out_by_the_loop() => EventLoop.Run(async loop =>
    {
        TimerHandle[] timers = [.. Enumerable.Range(0, 1000).Select(_ => loop.CallLater(Ample, static () => { }))];
        var canceller = new Threading.Thread(() => Array.ForEach(timers, static timer => timer.Cancel()));
        canceller.Start();
        canceller.Join(Cancellation);
        Assert.Contains("timers=1000,", loop.ToString(), StringComparison.Ordinal);
        await Task.Yield();
        await Task.Yield();
        Assert.Matches("timers=([0-9]|[0-9]{2}|1[0-9]{2}),", loop.ToString());
    });

    [Fact]
    public void What_a_callback_changes_in_the_thread_the_next_does_not_find()
    {
        var local = new AsyncLocal<int>();
        EventLoop.Run(async loop =>
        {
            SynchronizationContext own = SynchronizationContext.Current!;
            (SynchronizationContext?, int) seen = default;
            own.Post(
                _ =>
                {
                    SynchronizationContext.SetSynchronizationContext(null);
                    local.Value = 5;
                },
                null);
            own.Post(_ => seen = (SynchronizationContext.Current, local.Value), null);
            await Task.Yield();
            Assert.Equal((own, 0), seen);
        });
        Assert.Equal(0, local.Value);
    }

    [Fact]
    public void A_callback_sees_the_context_of_who_handed_it_over()
    {
        var local = new AsyncLocal<int>();
        EventLoop.Run(async loop =>
        {
            int seenSoon = 0;
            int seenThreadsafe = 0;
            local.Value = 1;
            loop.CallSoon(() =>
            {
                seenSoon = local.Value;
                local.Value = 7;
            });
            local.Value = 2;
            await Task.Yield();
            Assert.Equal((1, 2), (seenSoon, local.Value));
            await Task.Run(() =>
            {
                local.Value = 3;
                loop.CallSoonThreadsafe(() => seenThreadsafe = local.Value);
                return loop.RunCoroutineThreadsafe(_ => Task.FromResult(local.Value)).AsTask();
            });
            Assert.Equal((3, 2), (seenThreadsafe, local.Value));
        });
    }

    [Fact]
    public void Another_thread_is_told_what_to_call_instead()
    {
        EventLoop.Run(async loop => await Task.Run(() =>
        {
            Assert.Contains("CallSoonThreadsafe", Assert.Throws<InvalidOperationException>(() => loop.CallSoon(static () => { })).Message, StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(() => loop.CallLater(TimeSpan.Zero, static () => { }));
            Assert.Throws<InvalidOperationException>(() => { _ = loop.CreateTask(static _ => Task.CompletedTask); });
            Assert.Throws<InvalidOperationException>(() => { _ = loop.RunInExecutor(static () => { }); });
        }));
    }

    [Fact]
    public void A_closed_loop_says_so()
    {
        EventLoop closed = EventLoop.Run(static loop => Task.FromResult(loop));
        Assert.False(closed.IsRunning);
        Assert.Contains("closed", Assert.Throws<InvalidOperationException>(() => closed.CallSoon(static () => { })).Message, StringComparison.Ordinal);
        Assert.Contains("closed", Assert.Throws<InvalidOperationException>(() => closed.CallSoonThreadsafe(static () => { })).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => closed.RunCoroutineThreadsafe(static _ => Task.CompletedTask));
        Assert.Contains("closed", closed.ToString(), StringComparison.Ordinal);
    }
}
