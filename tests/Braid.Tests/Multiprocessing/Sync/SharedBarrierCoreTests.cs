using Braid.Multiprocessing;
using Braid.Threading;

namespace Braid.Tests;

/// <summary>A party whose time is up leaves its wait first and breaks the barrier then; what the last party does in between decides.</summary>
public sealed class SharedBarrierCoreTests : TimedTest
{
    private readonly Segment _segment = Segment.Create(SegmentKind.Barrier, SharedBarrierCore.Bytes);
    private readonly SharedBarrierCore _core;

    public SharedBarrierCoreTests()
    {
        _core = new SharedBarrierCore(_segment);
        _core.Initialize(parties: 3, Timeout.InfiniteTimeSpan);
    }

    public override void Dispose()
    {
        _segment.Release();
        base.Dispose();
    }

    [Fact]
    public void A_party_that_leaves_while_its_round_ends_passes_as_all_do()
    {
        for (int round = 0; round < 3; round++)
        {
            (BarrierParty leaves, BarrierParty stays, BarrierParty last) = (_core.Arrive(), _core.Arrive(), _core.Arrive());
            Assert.True(last.Acts);
            new SharedBarrierCore.Rule(_core, leaves).GiveUp();
            _core.EndRound(last);
            _core.TimeOut(leaves);
            Assert.True(new SharedBarrierCore.Rule(_core, stays).TryTake(out _));
            Assert.Equal((true, 0), (leaves.IsSettled, leaves.Index));
            Assert.Equal((true, 1), (stays.IsSettled, stays.Index));
            Assert.False(_core.IsBroken);
        }
    }

    [Fact]
    public void If_it_comes_to_break_the_barrier_before_that_none_passes()
    {
        (BarrierParty leaves, BarrierParty stays, BarrierParty last) = (_core.Arrive(), _core.Arrive(), _core.Arrive());
        new SharedBarrierCore.Rule(_core, leaves).GiveUp();
        _core.TimeOut(leaves);
        Assert.Throws<BrokenBarrierException>(() => _core.EndRound(last));
        Assert.Throws<BrokenBarrierException>(() => new SharedBarrierCore.Rule(_core, stays).TryTake(out _));
        Assert.False(leaves.IsSettled);
    }

    [Fact]
    public void A_party_of_a_round_that_is_not_full_breaks_it()
    {
        BarrierParty leaves = _core.Arrive();
        new SharedBarrierCore.Rule(_core, leaves).GiveUp();
        BarrierParty[] others = [_core.Arrive(), _core.Arrive()];
        _core.TimeOut(leaves);
        Assert.True(_core.IsBroken);
        Assert.All(others, static party => Assert.False(party.Acts));
    }
}
