using DotNext.Threading;
using Xunit;

namespace AsyncLibrariesProject;

/// <summary>DotNext.Threading, used as its documentation says.</summary>
public sealed class DotNextTests
{
    [Fact]
    public async Task An_exclusive_lock_admits_one_after_the_other()
    {
        using var gate = new AsyncExclusiveLock();
        int count = 0;
        await Task.WhenAll(Task.Run(CountAsync), Task.Run(CountAsync));
        Assert.Equal(2, count);
        Assert.False(gate.IsLockHeld);

        async Task CountAsync()
        {
            await gate.AcquireAsync();
            int before = count;
            await Task.Yield();
            count = before + 1;
            gate.Release();
        }
    }

    [Fact]
    public async Task A_wait_for_an_exclusive_lock_that_ends_early_does_not_take_it()
    {
        using var gate = new AsyncExclusiveLock();
        using var cancel = new CancellationTokenSource();
        await gate.AcquireAsync();
        Task waits = Task.Run(async () =>
        {
            try
            {
                await gate.AcquireAsync(cancel.Token);
                gate.Release();
            }
            catch (OperationCanceledException)
            {
                // The lock is free for the next.
            }
        });
        await Task.WhenAll(Task.Run(cancel.Cancel), Task.Run(() => gate.Release()), waits);
        Assert.True(gate.TryAcquire());
        gate.Release();
    }

    [Fact]
    public async Task A_wait_with_a_limit_ends_when_its_time_is_up()
    {
        using var gate = new AsyncExclusiveLock();
        await gate.AcquireAsync();
        Task<bool> waits = Task.Run(async () => await gate.TryAcquireAsync(TimeSpan.FromSeconds(1)));
        Assert.False(await waits);
        gate.Release();
    }

    [Fact]
    public async Task Readers_and_writers_exclude_each_other()
    {
        using var gate = new AsyncReaderWriterLock();
        int value = 0;
        await Task.WhenAll(Task.Run(ReadAsync), Task.Run(WriteAsync), Task.Run(WriteAsync));
        Assert.Equal(2, value);

        async Task ReadAsync()
        {
            await gate.EnterReadLockAsync();
            int before = value;
            await Task.Yield();
            Assert.Equal(before, value);
            gate.Release();
        }

        async Task WriteAsync()
        {
            await gate.EnterWriteLockAsync();
            int before = value;
            await Task.Yield();
            value = before + 1;
            gate.Release();
        }
    }

    [Fact]
    public async Task A_shared_lock_admits_as_many_as_it_has_places()
    {
        using var gate = new AsyncSharedLock(2);
        int inside = 0;
        await Task.WhenAll(Task.Run(EnterAsync), Task.Run(EnterAsync), Task.Run(EnterAsync));

        async Task EnterAsync()
        {
            await gate.AcquireAsync(false);
            Assert.InRange(Interlocked.Increment(ref inside), 1, 2);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            gate.Release();
        }
    }

    [Fact]
    public async Task An_auto_reset_event_lets_one_through_for_each_signal()
    {
        using var ready = new AsyncAutoResetEvent(false);
        Task one = Task.Run(async () => await ready.WaitAsync());
        Task other = Task.Run(async () => await ready.WaitAsync());
        Task sets = Task.Run(() => ready.Set());
        await Task.WhenAny(one, other);
        await sets;
        ready.Set();
        await Task.WhenAll(one, other);
        Assert.False(ready.IsSet);
    }

    [Fact]
    public async Task A_signal_that_meets_a_cancellation_is_not_lost()
    {
        using var ready = new AsyncAutoResetEvent(false);
        using var cancel = new CancellationTokenSource();
        Task<bool> first = Task.Run(async () =>
        {
            try
            {
                await ready.WaitAsync(cancel.Token);
                return true;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        });
        await Task.WhenAll(Task.Run(() => ready.Set()), Task.Run(cancel.Cancel));
        if (!await first)
        {
            await ready.WaitAsync();
        }

        Assert.False(ready.IsSet);
    }

    [Fact]
    public async Task A_manual_reset_event_releases_all()
    {
        using var ready = new AsyncManualResetEvent(false);
        Task one = Task.Run(async () => await ready.WaitAsync());
        Task other = Task.Run(async () => await ready.WaitAsync());
        await Task.Run(() => ready.Set());
        await Task.WhenAll(one, other);
        Assert.True(ready.IsSet);
    }

    [Fact]
    public async Task A_countdown_ends_at_zero()
    {
        using var left = new AsyncCountdownEvent(2);
        int done = 0;
        Task waits = Task.Run(async () =>
        {
            await left.WaitAsync();
            Assert.Equal(2, Volatile.Read(ref done));
        });
        await Task.WhenAll(Task.Run(Work), Task.Run(Work), waits);

        void Work()
        {
            Interlocked.Increment(ref done);
            left.Signal();
        }
    }

    [Fact]
    public async Task A_barrier_lets_both_go_on_together()
    {
        using var barrier = new AsyncBarrier(2);
        int came = 0;
        await Task.WhenAll(Task.Run(MeetAsync), Task.Run(MeetAsync));

        async Task MeetAsync()
        {
            Interlocked.Increment(ref came);
            await barrier.SignalAndWaitAsync();
            Assert.Equal(2, Volatile.Read(ref came));
        }
    }

    [Fact]
    public async Task A_counter_lets_through_as_many_as_it_counted()
    {
        using var counter = new AsyncCounter(0);
        Task one = Task.Run(async () => await counter.WaitAsync());
        Task other = Task.Run(async () => await counter.WaitAsync());
        await Task.WhenAll(Task.Run(() => counter.Increment()), Task.Run(() => counter.Increment()));
        await Task.WhenAll(one, other);
        Assert.Equal(0, counter.Value);
    }

    [Fact]
    public async Task A_lazy_value_is_made_once()
    {
        int made = 0;
        var lazy = new AsyncLazy<int>(async _ =>
        {
            await Task.Yield();
            return Interlocked.Increment(ref made);
        });
        int[] values = await Task.WhenAll(
            Task.Run(() => lazy.WithCancellation(CancellationToken.None)), Task.Run(() => lazy.WithCancellation(CancellationToken.None)));
        Assert.Equal([1, 1], values);
    }
}
