using Braid.Waiting;

namespace Braid.Tests;

/// <summary>An interrupt ends a wait, or, if it comes too late for that, the thread's next one. It is never lost, and takes nothing with it.</summary>
public sealed class InterruptTests : TimedTest
{
    private readonly Permits _permits = new();
    private readonly BlockingActor _waiting = new();

    [Fact]
    public async Task An_interrupt_ends_the_wait_and_takes_nothing()
    {
        Task<bool> taking = _waiting.Do(() => _permits.Take(Timeout.InfiniteTimeSpan));
        BlockedWaiters.Sleeping(_waiting, _permits.Queue);
        _waiting.Thread.Interrupt();
        await Assert.ThrowsAsync<ThreadInterruptedException>(() => taking);
        Assert.Equal(0, _permits.WaiterCount);
        _permits.Give();
        Assert.Equal(1, _permits.Free);
    }

    [Fact]
    public async Task An_interrupt_that_comes_with_the_wake_ends_the_next_wait()
    {
        Task<bool> wasInterrupted = _waiting.Do(() => _permits.Take(Timeout.InfiniteTimeSpan) && IsInterrupted());
        lock (BlockedWaiters.Sleeping(_waiting, _permits.Queue))
        {
            _waiting.Thread.Interrupt();
            _permits.Give();
        }

        Assert.True(await wasInterrupted);
        Assert.Equal(0, _permits.Free);
    }

    [Fact]
    public async Task An_interrupt_of_a_thread_that_defers_them_ends_its_first_wait_after_that()
    {
        Task<bool> wasInterrupted = _waiting.Do(() =>
        {
            bool before = ThreadWaiter.DeferInterrupts(true);
            bool took = _permits.Take(Timeout.InfiniteTimeSpan);
            ThreadWaiter.DeferInterrupts(before);
            return took && IsInterrupted();
        });
        BlockedWaiters.Sleeping(_waiting, _permits.Queue);
        _waiting.Thread.Interrupt();
        _waiting.Thread.Interrupt();
        Eventually.Holds(() => (_waiting.Thread.ThreadState & System.Threading.ThreadState.WaitSleepJoin) != 0);
        Assert.False(wasInterrupted.IsCompleted);
        _permits.Give();
        Assert.True(await wasInterrupted);
        Assert.Equal(0, _permits.Free);
    }

    [Fact]
    public async Task An_interrupt_racing_with_a_grant_has_exactly_one_outcome()
    {
        var random = new Random(20);
        for (int i = 0; i < 2000; i++)
        {
            Task<(bool Took, bool WasInterrupted)> taking = _waiting.Do(TakeAndSee);
            Eventually.Holds(() => _permits.WaiterCount == 1);
            bool interruptsFirst = random.Next(2) == 0;
            if (interruptsFirst)
            {
                _waiting.Thread.Interrupt();
                System.Threading.Thread.SpinWait(random.Next(100));
            }

            _permits.Give();
            if (!interruptsFirst)
            {
                System.Threading.Thread.SpinWait(random.Next(100));
                _waiting.Thread.Interrupt();
            }

            (bool took, bool wasInterrupted) = await taking;
            Assert.True(wasInterrupted);
            Assert.Equal(took ? 0 : 1, _permits.Free);
            Assert.Equal(0, _permits.WaiterCount);
            Assert.True(took || _permits.Take());
        }
    }

    public override void Dispose()
    {
        _waiting.DisposeAsync().AsTask().GetAwaiter().GetResult();
        base.Dispose();
    }

    private static bool IsInterrupted()
    {
        try
        {
            new Permits().Take(Ample);
            return false;
        }
        catch (ThreadInterruptedException)
        {
            return true;
        }
    }

    private (bool Took, bool WasInterrupted) TakeAndSee()
    {
        try
        {
            _permits.Take(Timeout.InfiniteTimeSpan);
        }
        catch (ThreadInterruptedException)
        {
            return (false, true);
        }

        return (true, IsInterrupted());
    }
}
