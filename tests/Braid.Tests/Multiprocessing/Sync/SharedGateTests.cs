using Braid.Multiprocessing;
using Braid.Waiting;

namespace Braid.Tests;

/// <summary>A change under the gate is whole or not at all, wherever its process dies.</summary>
public sealed class SharedGateTests : TimedTest
{
    private const int WordsAt = SharedGate.Bytes;

    private readonly Segment _segment = Segment.Create(SegmentKind.Value, SharedGate.Bytes + 256);
    private readonly Segment _large = Segment.Create(SegmentKind.Condition, SharedWaitList.Bytes);
    private readonly SharedGate _gate;

    public SharedGateTests() => _gate = new SharedGate(_segment, 0);

    public override void Dispose()
    {
        _segment.Release();
        _large.Release();
        base.Dispose();
    }

    [Fact]
    public void What_a_process_had_begun_when_it_died_is_undone_by_who_enters_next()
    {
        Small(0) = 7;
        Large(1) = long.MaxValue;
        SharedGate.Scope change = _gate.Enter();
        change.Set(ref Small(0), 8);
        change.Set(ref Large(1), 1);
        change.Set(ref Small(0), 9);
        Assert.Equal((9, 1L), (Small(0), Large(1)));
        DieInside();
        using (_gate.Enter())
        {
            Assert.Equal((7, long.MaxValue), (Small(0), Large(1)));
        }
    }

    [Fact]
    public void What_was_valid_before_the_death_stays()
    {
        SharedGate.Scope change = _gate.Enter();
        change.Set(ref Small(0), 1);
        change.Commit();
        change.Set(ref Small(2), 2);
        DieInside();
        using (_gate.Enter())
        {
            Assert.Equal((1, 0), (Small(0), Small(2)));
        }

        using (SharedGate.Scope whole = _gate.Enter())
        {
            whole.Set(ref Small(2), 3);
        }

        using (_gate.Enter())
        {
            Assert.Equal((1, 3), (Small(0), Small(2)));
        }
    }

    [Fact]
    public void Who_is_inside_and_lives_is_not_robbed()
    {
        SharedGate.Scope change = _gate.Enter();
        change.Set(ref Small(0), 5);
        var owner = new DeadProcess();
        StandInside(owner);
        Assert.False(_gate.TryEnter(Deadline.After(15 * Brief), out _));
        Assert.Equal(5, Small(0));
        owner.Die();
        Assert.True(_gate.TryEnter(Deadline.After(Ample), out SharedGate.Scope next));
        next.Dispose();
        Assert.Equal(0, Small(0));
    }

    [Fact]
    public async Task Only_one_is_inside_at_a_time()
    {
        await using var crew = new Crew(4, Cast.Blocking);
        await Task.WhenAll(crew.Each(actor => actor.Do(() =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                using SharedGate.Scope change = _gate.Enter();
                change.Set(ref Small(0), Small(0) + 1);
                change.Set(ref Large(1), Large(1) - 1);
            }
        })));
        Assert.Equal((80_000, -80_000L), (Small(0), Large(1)));
    }

    [Fact]
    public void A_change_of_more_words_than_can_be_undone_is_refused_and_undone()
    {
        Small(0) = 7;
        Assert.Throws<InvalidOperationException>(() =>
        {
            using SharedGate.Scope change = _gate.Enter();
            for (int count = 0; count <= SharedGate.LogLength; count++)
            {
                change.Set(ref Small(count % 8), count + 1);
            }
        });
        using (_gate.Enter())
        {
            Assert.Equal((7, 0, 0), (Small(0), Small(1), Small(7)));
        }
    }

    [Fact]
    public void An_overwritten_log_changes_nothing_outside_of_the_segment()
    {
        Small(0) = 7;
        SharedGate.Scope change = _gate.Enter();
        change.Set(ref Small(0), 8);
        LogCount = 1000;
        Place(1) = _segment.DataBytes;
        Place(2) = -8;
        Place(3) = long.MaxValue & ~1;
        DieInside();
        using (_gate.Enter())
        {
            Assert.Equal(7, Small(0));
        }
    }

    /// <summary>What was logged stays in the memory of the log, so the longest change that there ever was can be read there.</summary>
    [Fact]
    public void No_operation_changes_more_words_than_can_be_undone()
    {
        var room = new SharedConditionCore(_large, 0);
        SharedConditionCore.Rule[] waiters = [.. Enumerable.Range(0, 6).Select(number => room.Enter(isAwaiting: number % 2 == 0))];
        room.Notify(2);
        waiters[0].GiveUp();      // passes it on
        waiters[1].Leave();
        waiters[3].GiveUp();      // from the middle
        waiters[4].GiveUp();
        _ = room.Enter(isAwaiting: true);
        Assert.Equal(13, LongestChange(_large, 0));

        var permits = new Multiprocessing.Semaphore(3);
        permits.Acquire();
        permits.Release(2);
        Assert.False(permits.TryAcquire(Brief) && permits.TryAcquire() && permits.TryAcquire() && permits.TryAcquire() && permits.TryAcquire(Brief));
        Assert.InRange(LongestChange(SegmentOf(permits), 0), 1, SharedGate.LogLength);
        permits.Close();

        using var barrier = new Multiprocessing.Barrier(2);
        Assert.False(barrier.TryWait(out _, Brief));
        barrier.Reset();
        var party = new System.Threading.Thread(() => barrier.Wait());
        party.Start();
        barrier.Wait();
        party.Join();
        Assert.InRange(LongestChange(SegmentOf(barrier), SharedBarrierCore.WaitersAt), 1, SharedGate.LogLength);
    }

    private static unsafe int LongestChange(Segment segment, long gateAt) =>
        Enumerable.Range(0, SharedGate.LogLength).Last(entry => ((long*)(segment.Data + gateAt + 8))[2 * entry] != 0) + 1;

    private static Segment SegmentOf(IShared shared) => shared.Segment;

    private void DieInside()
    {
        var owner = new DeadProcess();
        StandInside(owner);
        owner.Die();
    }

    private unsafe void StandInside(DeadProcess owner) => *(int*)_segment.Data = owner.Token;

    private unsafe ref int LogCount => ref ((int*)_segment.Data)[1];

    private unsafe ref long Place(int entry) => ref ((long*)(_segment.Data + 8))[2 * entry];

    private unsafe ref int Small(int word) => ref *(int*)(_segment.Data + WordsAt + (8 * word));

    private unsafe ref long Large(int word) => ref *(long*)(_segment.Data + WordsAt + (8 * word));
}
