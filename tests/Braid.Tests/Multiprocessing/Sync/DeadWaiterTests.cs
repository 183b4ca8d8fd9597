using Braid.Multiprocessing;
using Braid.Threading;

namespace Braid.Tests;

/// <summary>What processes leave behind that die while they hold permits or wait.</summary>
public sealed class DeadWaiterTests : TimedTest
{
    private readonly DeadProcess _other = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Permits_of_the_dead_are_given_back_to_who_waits(bool awaits)
    {
        var permits = new Multiprocessing.Semaphore(3);
        await using Actor one = awaits ? new AwaitingActor() : new BlockingActor();
        permits.Acquire(Cancellation);
        TakeAsOther(permits, held: 2, waiting: 4);
        Assert.Equal((0, 4), (permits.Value, permits.WaiterCount));
        Task waiting = one.Do(() => permits.Acquire(Cancellation), () => permits.AcquireAsync(Cancellation));
        Eventually.Holds(() => permits.WaiterCount == 5);
        Assert.False(waiting.IsCompleted);
        _other.Die();
        await waiting;
        Assert.Equal((1, 0), (permits.Value, permits.WaiterCount));
    }

    [Fact]
    public void A_try_finds_the_permits_of_the_dead()
    {
        var permits = new Multiprocessing.Semaphore();
        TakeAsOther(permits, held: 1, waiting: 0);
        Assert.False(permits.TryAcquire(token: Cancellation));
        _other.Die();
        Assert.True(permits.TryAcquire(token: Cancellation));
    }

    [Fact]
    public void Permits_of_the_dead_make_no_more_than_a_bounded_semaphore_may_have()
    {
        var permits = new Multiprocessing.BoundedSemaphore(2);
        TakeAsOther(permits, held: 2, waiting: 0);
        permits.Release();                                   // for the other
        permits.Acquire(Cancellation);
        _other.Die();
        Assert.True(permits.TryAcquire(token: Cancellation));
        Assert.False(permits.TryAcquire(token: Cancellation));
        permits.Release(2);
        Assert.Throws<SemaphoreFullException>(() => permits.Release());
    }

    [Fact]
    public void A_permit_that_another_has_given_back_is_not_given_back_once_more_by_a_death()
    {
        var permits = new Multiprocessing.Semaphore();
        TakeAsOther(permits, held: 1, waiting: 0);
        permits.Release();
        _other.Die();
        Assert.Equal(1, AllOf(permits));
    }

    [Fact]
    public void A_process_gives_back_its_own_permits_before_those_of_others()
    {
        var permits = new Multiprocessing.Semaphore(3);
        permits.Acquire(Cancellation);
        TakeAsOther(permits, held: 2, waiting: 0);
        permits.Release(2);
        _other.Die();
        Assert.Equal(3, AllOf(permits));
    }

    [Fact]
    public void Signals_that_were_taken_do_not_come_again_with_the_death_of_who_took_them()
    {
        var permits = new Multiprocessing.Semaphore(0);
        permits.Release(5);
        TakeAsOther(permits, held: 5, waiting: 0);
        permits.Release(7);
        Assert.Equal(7, permits.Value);
        _other.Die();
        Assert.Equal(7, AllOf(permits));
    }

    [Fact]
    public void Many_permits_are_given_back_at_once_for_many_processes()
    {
        const int Count = 40;
        var permits = new Multiprocessing.Semaphore(Count + 1);
        DeadProcess[] others = [.. Enumerable.Range(0, Count).Select(static _ => new DeadProcess())];
        Array.ForEach(others, other => TakeAs(other, permits, held: 1, waiting: 0));
        permits.Release(Count);
        Assert.Equal(Count + 1, permits.Value);
        Array.ForEach(others, static other => other.Die());
        Assert.Equal(Count + 1, AllOf(permits));
    }

    [Fact]
    public async Task A_notification_does_not_go_to_the_dead()
    {
        var mutex = new Multiprocessing.Lock();
        var condition = new Multiprocessing.Condition(mutex);
        await using var one = new BlockingActor();
        SharedWaitList waiters = WaitAsOther(condition);
        _other.Die();
        Task waiting = ConditionActs.WaitOnce(one, condition);
        Eventually.Holds(() => waiters.Arrivals == 2 && !mutex.Locked);
        ConditionActs.Notify(condition);
        await waiting;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_notification_that_a_process_died_with_goes_to_the_next(bool awaits)
    {
        var mutex = new Multiprocessing.Lock();
        var condition = new Multiprocessing.Condition(mutex);
        await using Actor one = awaits ? new AwaitingActor() : new BlockingActor();
        WaitAsOther(condition);
        Task waiting = ConditionActs.WaitOnce(one, condition);
        Eventually.Holds(() => condition.WaiterCount == 2 && !mutex.Locked);
        ConditionActs.Notify(condition);
        Assert.Equal(1, condition.WaiterCount);
        Assert.False(waiting.IsCompleted);
        _other.Die();
        await waiting;
        Assert.Equal(0, condition.WaiterCount);
    }

    [Fact]
    public async Task A_notification_that_a_process_died_with_does_not_go_to_who_came_later()
    {
        var mutex = new Multiprocessing.Lock();
        var condition = new Multiprocessing.Condition(mutex);
        await using var one = new BlockingActor();
        SharedWaitList waiters = WaitAsOther(condition);
        ConditionActs.Notify(condition);
        Task waiting = ConditionActs.WaitOnce(one, condition);
        Eventually.Holds(() => condition.WaiterCount == 1);
        _other.Die();
        Eventually.Holds(() => waiters.StateOf(1) == NodeState.Free);
        Assert.Equal(1, condition.WaiterCount);
        Assert.False(waiting.IsCompleted);
        ConditionActs.Notify(condition);
        await waiting;
    }

    [Fact]
    public async Task A_notification_that_its_giver_died_over_was_never_given()
    {
        var mutex = new Multiprocessing.Lock();
        var condition = new Multiprocessing.Condition(mutex);
        await using var one = new BlockingActor();
        Task waiting = ConditionActs.WaitOnce(one, condition);
        Eventually.Holds(() => condition.WaiterCount == 1 && !mutex.Locked);
        SharedWaitList waiters = NotifyHalfAsOther(condition);
        Eventually.Holds(() => waiters.StateOf(1) != NodeState.Granted);
        Assert.Equal((NodeState.Waiting, 1), (waiters.StateOf(1), condition.WaiterCount));
        Assert.False(waiting.IsCompleted);
        ConditionActs.Notify(condition);
        await waiting;
        Assert.Equal(0, condition.WaiterCount);
    }

    [Fact]
    public async Task A_party_that_dies_while_it_waits_breaks_the_barrier_for_the_others()
    {
        using var barrier = new Multiprocessing.Barrier(4);
        await using var crew = new Crew(2, Cast.Mixed);
        ArriveAsOther(barrier);
        Task<int>[] waits = crew.Each(actor => actor.Do(() => barrier.Wait(Cancellation), () => barrier.WaitAsync(Cancellation)));
        Eventually.Holds(() => barrier.Waiting == 3);
        _other.Die();
        foreach (Task<int> wait in waits)
        {
            var broken = await Assert.ThrowsAsync<BrokenBarrierException>(() => wait);
            Assert.Contains("died", broken.Message, StringComparison.Ordinal);
        }

        Assert.True(barrier.Broken);
        barrier.Reset();
        Assert.Equal(0, barrier.Waiting);
    }

    [Fact]
    public void The_last_party_does_not_meet_the_dead()
    {
        using var barrier = new Multiprocessing.Barrier(2);
        ArriveAsOther(barrier);
        _other.Die();
        Assert.Throws<BrokenBarrierException>(() => barrier.Wait(Cancellation));
    }

    [Fact]
    public async Task A_process_that_dies_while_it_acts_breaks_the_barrier()
    {
        using var barrier = new Multiprocessing.Barrier(2);
        await using var one = new BlockingActor();
        Task<int> waiting = one.Do(() => barrier.Wait(Cancellation));
        Eventually.Holds(() => barrier.Waiting == 1);
        ActAsOther(barrier);
        Assert.Equal(0, barrier.Waiting);
        Assert.False(waiting.IsCompleted);
        _other.Die();
        await Assert.ThrowsAsync<BrokenBarrierException>(() => waiting);
    }

    private static Segment SegmentOf(IShared shared) => shared.Segment;

    /// <summary>Enqueues the other process at the first place.</summary>
    private SharedWaitList WaitAsOther(Multiprocessing.Condition condition)
    {
        _ = new SharedConditionCore(SegmentOf(condition), Multiprocessing.Condition.WaitersAt).Enter(isAwaiting: false);
        var waiters = new SharedWaitList(SegmentOf(condition), Multiprocessing.Condition.WaitersAt);
        waiters[1].Token = _other.Token;
        return waiters;
    }

    /// <summary>Grants the first place as a process does that is killed before the change is valid.</summary>
    private unsafe SharedWaitList NotifyHalfAsOther(Multiprocessing.Condition condition)
    {
        var waiters = new SharedWaitList(SegmentOf(condition), Multiprocessing.Condition.WaitersAt);
        SharedGate.Scope change = waiters.Gate.Enter();
        waiters.Grant(change, 1, NodeState.Granted, waiters.Arrivals);
        _other.Die();
        *(int*)(SegmentOf(condition).Data + Multiprocessing.Condition.WaitersAt) = _other.Token;
        waiters.Wake(1);
        return waiters;
    }

    private void ArriveAsOther(Multiprocessing.Barrier barrier)
    {
        new SharedBarrierCore(SegmentOf(barrier)).Arrive();
        new SharedWaitList(SegmentOf(barrier), SharedBarrierCore.WaitersAt)[1].Token = _other.Token;
    }

    private unsafe void ActAsOther(Multiprocessing.Barrier barrier)
    {
        BarrierParty party = new SharedBarrierCore(SegmentOf(barrier)).Arrive();
        Assert.True(party.Acts);
        int* acting = (int*)SegmentOf(barrier).Data + 3;
        Assert.Equal(ProcessTable.Self, *acting);
        *acting = _other.Token;
    }

    /// <summary>How many can be taken.</summary>
    private static int AllOf(Multiprocessing.Semaphore permits)
    {
        int count = 0;
        while (permits.TryAcquire(token: Cancellation))
        {
            count++;
        }

        return count;
    }

    private void TakeAsOther(Multiprocessing.Semaphore permits, int held, int waiting) => TakeAs(_other, permits, held, waiting);

    private static unsafe void TakeAs(DeadProcess other, Multiprocessing.Semaphore permits, int held, int waiting)
    {
        byte* accounts = SegmentOf(permits).Data + SharedPermits.AccountsAt;
        int slot = ProcessTable.SlotOf(other.Token);
        accounts[slot / 8] |= (byte)(1 << (slot % 8));
        int* account = (int*)(accounts + (ProcessTable.SlotCount / 8) + (16 * slot));
        (account[0], account[1], account[2]) = (other.Token, held, waiting);
        int* state = (int*)(SegmentOf(permits).Data + SharedGate.Bytes);
        (state[0], state[1]) = (state[0] - held, state[1] + waiting);
    }
}
