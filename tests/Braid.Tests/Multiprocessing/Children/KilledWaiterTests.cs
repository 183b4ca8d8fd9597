using Braid.Threading;

namespace Braid.Tests;

/// <summary>Processes that really are killed while they wait: the others, here and in other processes, miss nothing.</summary>
[Collection(nameof(ChildActors))]
public sealed class KilledWaiterTests(ActorStock stock) : TimedTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_while_it_waits_for_a_lock_it_keeps_the_lock_from_no_process(bool awaits)
    {
        var mutex = new Multiprocessing.Lock();
        await using ProcessActor victim = stock.NewActor(awaits);
        await using var crew = new Crew(4, stock.Mixed);
        mutex.Acquire(Cancellation);
        Task waiting = victim.Do(() => mutex.Acquire(Cancellation), () => mutex.AcquireAsync(Cancellation));
        Eventually.Holds(() => mutex.WaiterCount == 1);
        Task[] turns = crew.Each(async actor =>
        {
            await actor.Do(() => mutex.Acquire(Cancellation), () => mutex.AcquireAsync(Cancellation));
            await actor.Do(mutex.Release);
        });
        Eventually.Holds(() => mutex.WaiterCount == 5);
        victim.Kill();
        await Assert.ThrowsAsync<EndOfStreamException>(() => waiting);
        Assert.All(turns, turn => Assert.False(turn.IsCompleted));
        mutex.Release();
        await Task.WhenAll(turns);   // and nobody was told of a death
        Assert.False(mutex.Locked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_while_it_waits_for_a_permit_it_takes_none(bool awaits)
    {
        var permits = new Multiprocessing.BoundedSemaphore(1);
        await using ProcessActor victim = stock.NewActor(awaits);
        await using var crew = new Crew(4, stock.Mixed);
        permits.Acquire(Cancellation);
        Task waiting = victim.Do(() => permits.Acquire(Cancellation), () => permits.AcquireAsync(Cancellation));
        Eventually.Holds(() => permits.WaiterCount == 1);
        Task[] waits = crew.Each(actor => actor.Do(() => permits.Acquire(Cancellation), () => permits.AcquireAsync(Cancellation)));
        Eventually.Holds(() => permits.WaiterCount == 5);
        victim.Kill();
        await Assert.ThrowsAsync<EndOfStreamException>(() => waiting);
        Eventually.Holds(() => permits.WaiterCount == 4);   // the others find the death at the end of a slice, unless they get a permit before
        for (int i = 1; i <= waits.Length; i++)
        {
            permits.Release();
            Eventually.Holds(() => waits.Count(static wait => wait.IsCompletedSuccessfully) == i);
        }

        Assert.Equal((0, 0), (permits.Value, permits.WaiterCount));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_while_it_waits_for_an_event_it_blocks_no_process(bool awaits)
    {
        using var e = new Multiprocessing.Event();
        await using ProcessActor victim = stock.NewActor(awaits);
        await using var crew = new Crew(4, stock.Mixed);
        Task waiting = victim.Do(() => e.Wait(Cancellation), () => e.WaitAsync(Cancellation));
        Task[] waits = crew.Each(actor => actor.Do(() => e.Wait(Cancellation), () => e.WaitAsync(Cancellation)));
        Eventually.Holds(() => e.WaiterCount == 5);
        victim.Kill();
        await Assert.ThrowsAsync<EndOfStreamException>(() => waiting);
        Assert.All(waits, wait => Assert.False(wait.IsCompleted));
        e.Set();
        await Task.WhenAll(waits);
        e.Clear();
        Assert.False(e.TryWait(TimeSpan.Zero, Cancellation));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_inside_a_condition_it_gets_no_notification(bool awaits)
    {
        var mutex = new Multiprocessing.Lock();
        var condition = new Multiprocessing.Condition(mutex);
        await using ProcessActor victim = stock.NewActor(awaits);
        await using var crew = new Crew(3, stock.Mixed);
        Task waiting = ConditionActs.WaitOnce(victim, condition);
        Eventually.Holds(() => condition.WaiterCount == 1 && WaitLists.ChangesAreValid(condition));
        Task[] waits = WaitInOrder(crew, condition);
        victim.Kill();
        await Assert.ThrowsAsync<EndOfStreamException>(() => waiting);
        for (int i = 1; i <= waits.Length; i++)
        {
            ConditionActs.Notify(condition);
            await waits[i - 1];
            Assert.Equal(waits.Length - i, condition.WaiterCount);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_between_the_notification_and_the_lock_it_passes_the_notification_on(bool awaits)
    {
        var mutex = new Multiprocessing.Lock();
        var condition = new Multiprocessing.Condition(mutex);
        await using ProcessActor victim = stock.NewActor(awaits);
        await using var crew = new Crew(3, stock.Mixed);
        Task waiting = ConditionActs.WaitOnce(victim, condition);
        Eventually.Holds(() => condition.WaiterCount == 1);
        Task[] waits = WaitInOrder(crew, condition);
        mutex.Acquire(Cancellation);
        condition.Notify();
        Eventually.Holds(() => mutex.WaiterCount == 1);   // the victim, which wants the lock back
        victim.Kill();
        await Assert.ThrowsAsync<EndOfStreamException>(() => waiting);
        mutex.Release();
        await waits[0];
        Assert.All(waits[1..], wait => Assert.False(wait.IsCompleted));
        Assert.Equal(2, condition.WaiterCount);
        ConditionActs.Notify(condition);
        ConditionActs.Notify(condition);
        await Task.WhenAll(waits);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_in_a_barrier_it_breaks_it_for_the_others_and_a_reset_mends_it(bool awaits)
    {
        using var barrier = new Multiprocessing.Barrier(5);
        await using ProcessActor victim = stock.NewActor(awaits);
        await using var crew = new Crew(3, stock.Mixed);
        Task waiting = Wait(victim, barrier);
        Task<int>[] waits = crew.Each(actor => Wait(actor, barrier));
        Eventually.Holds(() => barrier.Waiting == 4 && WaitLists.ChangesAreValid(barrier));
        victim.Kill();
        await Assert.ThrowsAsync<EndOfStreamException>(() => waiting);
        foreach (Task<int> wait in waits)
        {
            Assert.Contains("died", (await Assert.ThrowsAsync<BrokenBarrierException>(() => wait)).Message, StringComparison.Ordinal);
        }

        Assert.True(barrier.Broken);
        Assert.Throws<BrokenBarrierException>(() => barrier.Wait(Cancellation));
        barrier.Reset();
        await using var others = new Crew(2, stock.Mixed);
        int[] numbers = await Task.WhenAll([.. crew.Each(actor => Wait(actor, barrier)), .. others.Each(actor => Wait(actor, barrier))]);
        Assert.Equal([0, 1, 2, 3, 4], numbers.Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_while_it_waits_at_a_queue_it_takes_no_item_and_leaves_none(bool awaits)
    {
        using var queue = new Multiprocessing.Queue<int>(1);
        await using ProcessActor victim = stock.NewActor(awaits);
        await using ProcessActor putter = stock.NewActor(awaits);
        await using var crew = new Crew(2, stock.Mixed);
        Task killed = victim.Get(queue);
        Eventually.Holds(() => queue.GetterCount == 1);
        Task<int>[] gets = crew.Each(actor => actor.Get(queue));
        Eventually.Holds(() => queue.GetterCount == 3);
        victim.Kill();
        await Assert.ThrowsAsync<EndOfStreamException>(() => killed);
        queue.Put(1);
        queue.Put(2);
        Assert.Equal([1, 2], (await Task.WhenAll(gets)).Order());
        queue.Put(3);
        killed = putter.Put(queue, 4);
        Eventually.Holds(() => queue.PutterCount == 1);
        putter.Kill();
        await Assert.ThrowsAsync<EndOfStreamException>(() => killed);
        Task put = crew[0].Put(queue, 5);
        Assert.Equal([3, 5], new[] { queue.Get(Cancellation), queue.Get(Cancellation) });
        await put;
        Assert.True(queue.Empty);
    }

    private static Task<int> Wait(Actor actor, Multiprocessing.Barrier barrier) => actor.Do(() => barrier.Wait(Cancellation), () => barrier.WaitAsync(Cancellation));

    private static Task[] WaitInOrder(Crew crew, Multiprocessing.Condition condition)
    {
        int before = condition.WaiterCount;
        var waits = new Task[crew.Count];
        for (int i = 0; i < waits.Length; i++)
        {
            waits[i] = ConditionActs.WaitOnce(crew[i], condition);
            Eventually.Holds(() => condition.WaiterCount == before + i + 1 && !condition.Locked);
        }

        return waits;
    }
}
