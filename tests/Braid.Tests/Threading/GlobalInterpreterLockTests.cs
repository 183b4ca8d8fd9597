namespace Braid.Tests;

public sealed class GlobalInterpreterLockTests : TimedTest
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task One_thread_at_a_time_holds_it()
    {
        var gil = new Threading.GlobalInterpreterLock(TimeSpan.FromTicks(1));
        await using var crew = new Crew(4, static () => new BlockingActor());
        int inside = 0;
        long steps = 0;
        await Task.WhenAll(crew.Each(actor => actor.Do(() =>
        {
            using Threading.Scope held = gil.EnterScope(Cancellation);
            for (int i = 0; i < 2000; i++)
            {
                Assert.Equal(1, Interlocked.Increment(ref inside));
                steps++;
                Interlocked.Decrement(ref inside);
                gil.Checkpoint();
            }
        })));
        Assert.Equal(4 * 2000, steps);
        Assert.False(gil.Locked);
    }

    [Fact]
    public async Task Its_text_says_whether_it_is_locked_and_how_many_wait()
    {
        var gil = new Threading.GlobalInterpreterLock(s_hour);
        Assert.StartsWith("unlocked GlobalInterpreterLock", gil.ToString(), StringComparison.Ordinal);
        await using var other = new BlockingActor();
        await using var holder = new BlockingActor();
        await holder.Do(() => gil.Acquire(Cancellation));
        Assert.StartsWith("locked GlobalInterpreterLock", gil.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("waiters", gil.ToString(), StringComparison.Ordinal);
        Task waiting = other.Do(() => gil.Acquire(Cancellation));
        Eventually.Holds(() => gil.ToString().Contains(", waiters=1", StringComparison.Ordinal));
        await holder.Do(gil.Release);
        await waiting;
        await other.Do(gil.Release);
    }

    [Fact]
    public async Task A_checkpoint_hands_it_over_to_a_thread_that_has_waited_for_the_interval()
    {
        var gil = new Threading.GlobalInterpreterLock(Brief);
        await using var other = new BlockingActor();
        await using var holder = new BlockingActor();
        bool hadIt = false;
        await holder.Do(() => gil.Acquire(Cancellation));
        Task turn = other.Do(() =>
        {
            gil.Acquire(Cancellation);
            hadIt = true;
            gil.Release();
        });
        await holder.Do(() => Eventually.Holds(() =>
        {
            gil.Checkpoint();
            return hadIt;
        }));
        await turn;
        Assert.True(gil.Locked);
        await holder.Do(gil.Release);
    }

    [Fact]
    public async Task A_checkpoint_keeps_it_before_the_interval_is_over()
    {
        var gil = new Threading.GlobalInterpreterLock(s_hour);
        await using var other = new BlockingActor();
        await using var holder = new BlockingActor();
        await holder.Do(() => gil.Acquire(Cancellation));
        Task waiting = other.Do(() => gil.Acquire(Cancellation));
        Eventually.Holds(() => gil.WaiterCount == 1);
        await holder.Do(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                gil.Checkpoint();
            }
        });
        Assert.Equal(1, gil.WaiterCount);
        Assert.False(waiting.IsCompleted);
        await holder.Do(gil.Release);
        await waiting;
        await other.Do(gil.Release);
    }

    [Fact]
    public async Task It_is_free_around_a_call_that_blocks()
    {
        var gil = new Threading.GlobalInterpreterLock(s_hour);
        await using var holder = new BlockingActor();
        await using var other = new BlockingActor();
        await holder.Do(() =>
        {
            using Threading.Scope held = gil.EnterScope(Cancellation);
            using (gil.Released())
            {
                other.Do(() => Assert.True(gil.TryAcquire(token: Cancellation))).Wait(Cancellation);
                other.Do(gil.Release).Wait(Cancellation);
                Assert.False(gil.Locked);
            }

            Assert.True(gil.Locked);
            Assert.Throws<InvalidOperationException>(() => gil.Acquire(Cancellation));
        });
        Assert.False(gil.Locked);
    }

    [Fact]
    public async Task It_is_not_re_entrant_and_says_so()
    {
        var gil = new Threading.GlobalInterpreterLock();
        await using var holder = new BlockingActor();
        await holder.Do(() => gil.Acquire(Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => holder.Do(() => gil.Acquire(Cancellation)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => holder.Do(() => gil.TryAcquire(token: Cancellation)));
        Assert.True(gil.Locked);
        await holder.Do(gil.Release);
        Assert.False(gil.Locked);
    }

    [Fact]
    public async Task Only_its_holder_may_release_it()
    {
        var gil = new Threading.GlobalInterpreterLock();
        await using var holder = new BlockingActor();
        await using var other = new BlockingActor();
        Assert.Throws<SynchronizationLockException>(gil.Release);
        Assert.Throws<SynchronizationLockException>(() => gil.Released().Dispose());
        await holder.Do(() => gil.Acquire(Cancellation));
        await Assert.ThrowsAsync<SynchronizationLockException>(() => other.Do(gil.Release));
        Assert.True(gil.Locked);
        await holder.Do(gil.Release);
    }

    [Fact]
    public async Task Timeouts_and_tokens_end_a_wait_for_it()
    {
        var gil = new Threading.GlobalInterpreterLock();
        await using var holder = new BlockingActor();
        using var cancel = new CancellationTokenSource();
        await using var other = new BlockingActor();
        await holder.Do(() => gil.Acquire(Cancellation));
        Assert.False(await other.Do(() => gil.TryAcquire(Brief, Cancellation)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => other.Do(() => gil.TryAcquire(TimeSpan.FromTicks(-1), Cancellation)));
        Task cancelled = other.Do(() => gil.Acquire(cancel.Token));
        Eventually.Holds(() => gil.WaiterCount == 1);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(0, gil.WaiterCount);
        await holder.Do(gil.Release);
    }

    [Fact]
    public void The_switch_interval_is_five_milliseconds_or_as_given_and_positive()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(5), new Threading.GlobalInterpreterLock().SwitchInterval);
        Assert.Equal(s_hour, new Threading.GlobalInterpreterLock(s_hour).SwitchInterval);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Threading.GlobalInterpreterLock(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Threading.GlobalInterpreterLock(TimeSpan.FromTicks(-1)));
    }
}
