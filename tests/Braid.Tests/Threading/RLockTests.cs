using Braid.Threading;

namespace Braid.Tests;

public sealed class RLockTests : RLockContract
{
    protected override ILock NewLock() => new RLock();

    protected override int WaiterCount(ILock mutex) => ((RLock)mutex).WaiterCount;

    [Fact]
    public async Task Its_depth_is_how_often_the_calling_thread_holds_it()
    {
        var mutex = new RLock();
        await using var holder = new BlockingActor();
        await using var other = new BlockingActor();
        Assert.Equal(0, await holder.Do(() => mutex.Depth));
        await Acquire(holder, mutex);
        await Acquire(holder, mutex);
        Assert.Equal(2, await holder.Do(() => mutex.Depth));
        Assert.Equal(0, await other.Do(() => mutex.Depth));
        await holder.Do(mutex.Release);
        Assert.Equal(1, await holder.Do(() => mutex.Depth));
        await holder.Do(mutex.Release);
        Assert.Equal(0, await holder.Do(() => mutex.Depth));
    }

    [Fact]
    public async Task A_foreign_release_leaves_the_depth()
    {
        var mutex = new RLock();
        await using var holder = new BlockingActor();
        await using var other = new BlockingActor();
        await Acquire(holder, mutex);
        await Acquire(holder, mutex);
        await Assert.ThrowsAsync<SynchronizationLockException>(() => other.Do(mutex.Release));
        Assert.Equal(2, await holder.Do(() => mutex.Depth));
        await holder.Do(mutex.Release);
        await holder.Do(mutex.Release);
    }
}

public sealed class ConditionAsRLockTests : RLockContract
{
    private RLock _lock = new();

    protected override ILock NewLock() => new Condition(_lock = new RLock());

    protected override int WaiterCount(ILock mutex) => _lock.WaiterCount;
}
