using Braid.Multiprocessing;
using Braid.Threading;

namespace Braid.Tests;

/// <summary>Processes that really are killed while they hold what others wait for, here and in other processes.</summary>
[Collection(nameof(ChildActors))]
public sealed class KilledHolderTests(ActorStock stock) : TimedTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_those_who_wait_for_a_lock_one_is_told_and_all_get_it_in_turn(bool awaits)
    {
        var mutex = new Multiprocessing.Lock();
        await using ProcessActor holder = stock.NewActor(awaits);
        await Acquire(holder, mutex);
        await using var crew = new Crew(6, stock.Mixed);
        var watch = new Watch(holder);
        Task[] turns = crew.Each(actor => watch.TakeTurn(actor, mutex));
        Eventually.Holds(() => mutex.WaiterCount == 6);
        Assert.All(turns, turn => Assert.False(turn.IsCompleted));
        holder.Kill();
        await Task.WhenAll(turns);
        Assert.Equal(1, watch.Told);
        await Task.WhenAll(crew.Each(actor => watch.TakeTurn(actor, mutex)));
        Assert.Equal((1, 0, false), (watch.Told, mutex.WaiterCount, mutex.Locked));
    }

    [Fact]
    public async Task A_re_entrant_lock_that_was_held_three_times_is_held_once_by_its_heir()
    {
        var mutex = new Multiprocessing.RLock();
        await using ProcessActor holder = stock.NewActor(awaits: false);
        for (int i = 0; i < 3; i++)
        {
            await Acquire(holder, mutex);
        }

        Assert.Equal(3, await holder.Do(() => mutex.Depth));
        await using var crew = new Crew(4, stock.MixedBlocking);
        var watch = new Watch(holder);
        Task[] turns = crew.Each(actor => watch.TakeTurn(actor, mutex, async () => Assert.Equal(1, await actor.Do(() => mutex.Depth))));
        Eventually.Holds(() => mutex.WaiterCount == 4);
        holder.Kill();
        await Task.WhenAll(turns);
        Assert.Equal((1, 0, false), (watch.Told, mutex.WaiterCount, mutex.Locked));
    }

    [Fact]
    public async Task A_thread_that_tries_is_told_too()
    {
        var mutex = new Multiprocessing.Lock();
        await using ProcessActor holder = stock.NewActor(awaits: false);
        await using ProcessActor heir = stock.NewActor(awaits: false);
        await Acquire(holder, mutex);
        Assert.False(await heir.Do(() => mutex.TryAcquire(token: Cancellation)));
        holder.Kill();
        var told = await Assert.ThrowsAsync<AbandonedLockException>(() => heir.Do(() => mutex.TryAcquire(token: Cancellation)));
        Assert.Equal(holder.Pid, told.OwnerPid);
        Assert.True(mutex.Locked);
        await heir.Do(mutex.Release);
        mutex.Acquire(Cancellation);
    }

    [Fact]
    public async Task An_heir_that_is_killed_has_an_heir_that_is_told_again()
    {
        var mutex = new Multiprocessing.Lock();
        await using ProcessActor first = stock.NewActor(awaits: false);
        await using ProcessActor second = stock.NewActor(awaits: true);
        await Acquire(first, mutex);
        Task inheriting = Acquire(second, mutex);
        Eventually.Holds(() => mutex.WaiterCount == 1);
        first.Kill();
        await Assert.ThrowsAsync<AbandonedLockException>(() => inheriting);
        second.Kill();
        Assert.Equal(second.Pid, Assert.Throws<AbandonedLockException>(() => mutex.Acquire(Cancellation)).OwnerPid);
    }

    [Fact]
    public async Task Permits_come_back_to_those_who_wait_and_no_more_than_were_taken()
    {
        var permits = new Multiprocessing.BoundedSemaphore(2);
        await using ProcessActor holder = stock.NewActor(awaits: false);
        await holder.Do(() => permits.Acquire(Cancellation));
        await holder.Do(() => permits.Acquire(Cancellation));
        await using var crew = new Crew(6, stock.Mixed);
        int inside = 0;
        Task[] turns = crew.Each(async actor =>
        {
            await actor.Do(() => permits.Acquire(Cancellation), () => permits.AcquireAsync(Cancellation));
            Assert.InRange(Interlocked.Increment(ref inside), 1, 2);
            Interlocked.Decrement(ref inside);
            await actor.Do(() => permits.Release());
        });
        Eventually.Holds(() => permits.WaiterCount == 6);
        holder.Kill();
        await Task.WhenAll(turns);
        Assert.Equal((2, 0), (permits.Value, permits.WaiterCount));
        Assert.Throws<SemaphoreFullException>(() => permits.Release());
    }

    [Fact]
    public async Task The_notified_gets_the_conditions_lock_from_who_died_with_it_and_the_others_wait_on()
    {
        var mutex = new Multiprocessing.Lock();
        var condition = new Multiprocessing.Condition(mutex);
        await using ProcessActor notifier = stock.NewActor(awaits: false);
        await using var crew = new Crew(4, stock.Mixed);
        Task[] waits = crew.Each(actor => ConditionActs.WaitOnce(actor, condition));
        Eventually.Holds(() => condition.WaiterCount == 4 && WaitLists.ChangesAreValid(condition) && !mutex.Locked);
        await Acquire(notifier, condition);
        await notifier.Do(() => condition.Notify());
        notifier.Kill();
        Task told = await Task.WhenAny(waits);
        Assert.Equal(notifier.Pid, (await Assert.ThrowsAsync<AbandonedLockException>(() => told)).OwnerPid);
        Assert.Equal(3, condition.WaiterCount);
        using (condition.EnterScope(Cancellation))
        {
            condition.NotifyAll();
        }

        await Task.WhenAll(waits.Where(wait => wait != told));
        Assert.Equal((0, false), (condition.WaiterCount, condition.Locked));
    }

    [Fact]
    public async Task A_holder_that_is_stopped_is_not_robbed()
    {
        var mutex = new Multiprocessing.Lock();
        await using ProcessActor holder = stock.NewActor(awaits: false);
        await using ProcessActor other = stock.NewActor(awaits: false);
        await Acquire(holder, mutex);
        SystemView.Signal(holder.Pid, SystemView.Stop);
        Eventually.Holds(() => SystemView.IsStopped(holder.Pid));
        Assert.False(await other.Do(() => mutex.TryAcquire(15 * Brief, Cancellation)));
        Task waiting = Acquire(other, mutex);
        Eventually.Holds(() => mutex.WaiterCount == 1);
        SystemView.Signal(holder.Pid, SystemView.Continue);
        await holder.Do(mutex.Release);
        await waiting;
        await other.Do(mutex.Release);
        Assert.False(mutex.Locked);
    }

    private static Task Acquire(Actor actor, ILock mutex) => actor.Do(() => mutex.Acquire(Cancellation), () => mutex.AcquireAsync(Cancellation));

    /// <summary>Sees that nobody is inside twice, and how many are told of the death.</summary>
    private sealed class Watch(ProcessActor holder)
    {
        private int _inside;   // by Interlocked
        private int _told;     // by Interlocked

        public int Told => Volatile.Read(ref _told);

        public async Task TakeTurn(Actor actor, ILock mutex, Func<Task>? look = null)
        {
            try
            {
                await Acquire(actor, mutex);
            }
            catch (AbandonedLockException exception)
            {
                Assert.Equal(holder.Pid, exception.OwnerPid);
                Interlocked.Increment(ref _told);
            }

            Assert.Equal(1, Interlocked.Increment(ref _inside));
            await (look?.Invoke() ?? Task.CompletedTask);
            Interlocked.Decrement(ref _inside);
            await actor.Do(mutex.Release);
        }
    }
}
