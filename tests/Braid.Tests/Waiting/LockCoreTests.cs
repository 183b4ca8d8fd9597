using Braid.Waiting;

namespace Braid.Tests;

/// <summary>The lock's word where it is neither simply free nor simply held.</summary>
public sealed class LockCoreTests : TimedTest
{
    private LockCore _core;

    [Fact]
    public void A_lock_whose_last_waiter_gave_up_is_released_and_taken_again()
    {
        Assert.True(_core.TryAcquireNow());
        Assert.False(_core.AcquireSlow(this, Deadline.After(Brief), CancellationToken.None));
        Assert.Equal(0, _core.WaiterCount);
        Assert.True(_core.Release());
        Assert.False(_core.IsHeld);
        Assert.True(_core.TryAcquireNow());
        Assert.Equal(Environment.CurrentManagedThreadId, _core.HolderId);
        Assert.True(_core.Release());
        Assert.False(_core.Release());
    }

    [Fact]
    public async Task A_lock_released_fairly_is_free_but_only_for_the_waiter_at_the_head()
    {
        await using var head = new BlockingActor();
        Assert.True(_core.TryAcquireNow());
        Task<bool> taking = head.Do(() => _core.AcquireSlow(this, Deadline.Never, CancellationToken.None));
        Eventually.Holds(() => _core.WaiterCount == 1 && (head.Thread.ThreadState & System.Threading.ThreadState.WaitSleepJoin) != 0);
        ThreadWaiter waiter = Waiter.Registry.Snapshot().OfType<ThreadWaiter>().Single(waiter => waiter.Thread == head.Thread && waiter.Queue is not null);
        lock (waiter)
        {
            Assert.True(_core.ReleaseFairly());
            Assert.False(_core.IsHeld);
            Assert.Null(_core.HolderId);
            Assert.False(_core.TryAcquireNow() || _core.TryAcquireForAwaiter() || _core.TryAcquire(this, TimeSpan.Zero, CancellationToken.None));
            Assert.False(_core.Release());
        }

        Assert.True(await taking);
        Assert.Equal(head.Thread.ManagedThreadId, _core.HolderId);
        Assert.True(_core.Release());
        Assert.False(_core.IsHeld);
    }
}
