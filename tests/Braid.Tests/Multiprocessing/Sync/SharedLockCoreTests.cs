using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>The word of a lock that processes share.</summary>
public sealed class SharedLockCoreTests : TimedTest
{
    private readonly Segment _segment = Segment.Create(SegmentKind.Lock, SharedLockCore.Bytes);
    private readonly SharedLockCore _core;

    public SharedLockCoreTests() => _core = new SharedLockCore(_segment, 0);

    public override void Dispose()
    {
        _segment.Release();
        base.Dispose();
    }

    [Fact]
    public void A_release_that_finds_another_holder_leaves_the_wake_to_that_one()
    {
        long me = ProcessTable.Self;
        Assert.True(_core.TryTakeNow(me));
        var sleeper = new SharedLockCore.Rule(_core, me);
        Assert.False(sleeper.TryTake(out FutexPoint sleepOn));
        Assert.True(_core.Release(out bool mustWake));
        Assert.True(mustWake);
        Assert.True(_core.TryTakeNow(me));          // overtakes the sleeper
        _core.WakeOne();
        Assert.False(_core.TryReleaseNow(me));      // nor does this holder forget the sleeper
        Assert.True(_core.Release(out mustWake));
        Assert.True(mustWake);
        Assert.True(sleepOn.HasChanged);
        Assert.True(sleeper.TryTake(out _));
    }

    [Fact]
    public void A_waiter_that_leaves_hands_its_wake_to_the_holder()
    {
        long me = ProcessTable.Self;
        Assert.True(_core.TryTakeNow(me));
        var leaves = new SharedLockCore.Rule(_core, me);
        var stays = new SharedLockCore.Rule(_core, me);
        Assert.False(leaves.TryTake(out _));
        Assert.False(stays.TryTake(out _));
        Assert.True(_core.Release(out _));          // the wake goes to the one that leaves
        Assert.True(_core.TryTakeNow(me));
        leaves.GiveUp();
        Assert.False(_core.TryReleaseNow(me));
        stays.GiveUp();
    }
}
