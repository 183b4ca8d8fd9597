using Braid.Waiting;

namespace Braid.Tests;

/// <summary>Who may pass whom: a running thread passes a woken one a few times, and nobody passes one that is due.</summary>
/// <remarks>The test holds the monitor in which the woken thread sleeps, so that the thread is on its way for as long as the test likes.</remarks>
public sealed class OvertakingTests : TimedTest
{
    private readonly Permits _permits = new();
    private readonly BlockingActor _first = new();
    private readonly BlockingActor _second = new();

    [Fact]
    public async Task A_running_thread_may_overtake_one_that_is_on_its_way()
    {
        Task<bool> taking = Take(_first, Timeout.InfiniteTimeSpan);
        lock (BlockedWaiters.Sleeping(_first, _permits.Queue))
        {
            _permits.Give();
            Assert.True(_permits.Take());
        }

        _permits.Give();
        Assert.True(await taking);
    }

    [Fact]
    public async Task A_thread_woken_in_vain_four_times_is_overtaken_no_more()
    {
        Task<bool> taking = Take(_first, Timeout.InfiniteTimeSpan);
        for (int i = 0; i < 4; i++)
        {
            ThreadWaiter waiter = BlockedWaiters.Sleeping(_first, _permits.Queue);
            Assert.False(waiter.IsStarving);
            lock (waiter)
            {
                _permits.Give();
                Assert.True(_permits.Take());
            }

            Eventually.Holds(() => !IsSignalled(waiter));
        }

        lock (BlockedWaiters.Sleeping(_first, _permits.Queue))
        {
            _permits.Give();
            Assert.False(_permits.Take());
        }

        Assert.True(await taking);
        Assert.Equal(0, _permits.Free);
    }

    [Fact]
    public async Task Neither_a_blocking_nor_an_awaiting_newcomer_overtakes_a_due_thread()
    {
        Task<bool> taking = Take(_first, Timeout.InfiniteTimeSpan);
        Task<bool> awaiting;
        lock (BlockedWaiters.Sleeping(_first, _permits.Queue))
        {
            _permits.Give(fairly: true);
            Assert.False(_permits.Take());
            awaiting = _permits.TakeAsync(Timeout.InfiniteTimeSpan).AsTask();
            Assert.Equal(2, _permits.WaiterCount);
        }

        Assert.True(await taking);
        Assert.False(awaiting.IsCompleted);
        _permits.Give();
        Assert.True(await awaiting);
    }

    [Fact]
    public async Task A_waiter_behind_whose_time_is_up_does_not_overtake_a_due_thread()
    {
        Task<bool> taking = Take(_first, Timeout.InfiniteTimeSpan);
        ThreadWaiter first = BlockedWaiters.Sleeping(_first, _permits.Queue);
        Task<bool> late = Take(_second, TimeSpan.FromMilliseconds(200));
        Eventually.Holds(() => _permits.WaiterCount == 2);
        lock (first)
        {
            _permits.Give(fairly: true);
            Eventually.Holds(() => late.IsCompleted);
            Assert.Equal(1, _permits.Free);
        }

        Assert.False(await late);
        Assert.True(await taking);
        Assert.Equal(0, _permits.Free);
    }

    public override void Dispose()
    {
        _permits.Give(2);   // a failed test is not to hang
        _first.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _second.DisposeAsync().AsTask().GetAwaiter().GetResult();
        base.Dispose();
    }

    private Task<bool> Take(BlockingActor actor, TimeSpan timeout) => actor.Do(() => _permits.Take(timeout));

    private bool IsSignalled(ThreadWaiter waiter)
    {
        using Gate.Scope held = _permits.Queue.Gate.Enter();
        return waiter.Signalled;
    }

    [Fact]
    public async Task An_awaiting_newcomer_does_not_pass_an_awaiting_waiter_behind_a_woken_thread()
    {
        var permits = new Permits();
        await using var head = new BlockingActor();
        Task<bool> first = head.Do(() => permits.Take(Ample));
        Braid.Waiting.ThreadWaiter waiter = BlockedWaiters.Sleeping(head, permits.Queue);
        Task<bool> second = permits.TakeAsync(Timeout.InfiniteTimeSpan).AsTask();
        Task<bool> newcomer;
        bool passed;
        lock (waiter)
        {
            permits.Give();
            newcomer = permits.TakeAsync(Timeout.InfiniteTimeSpan).AsTask();
            passed = newcomer.IsCompleted;
        }

        permits.Give(2);
        await Task.WhenAll(first, second, newcomer);
        Assert.False(passed);
    }
}
