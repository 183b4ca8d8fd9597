using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Locks whose holder died.</summary>
public sealed class AbandonedLockTests : TimedTest
{
    [Fact]
    public void Who_takes_a_lock_over_from_the_dead_holds_it_and_is_told_once()
    {
        var mutex = new Multiprocessing.Lock();
        HoldAsDead(mutex);
        var told = Assert.Throws<AbandonedLockException>(() => mutex.Acquire(Cancellation));
        Assert.Equal(DeadProcess.Pid, told.OwnerPid);
        Assert.True(mutex.Locked);
        Assert.False(mutex.TryAcquire(token: Cancellation));
        mutex.Release();
        mutex.Acquire(Cancellation);
        mutex.Release();
        Assert.Equal(0, mutex.WaiterCount);
    }

    [Fact]
    public void The_pid_of_the_dead_is_known_also_after_others_were_born()
    {
        var mutex = new Multiprocessing.Lock();
        HoldAsDead(mutex);
        DeadProcess[] born = [.. Enumerable.Range(0, 3).Select(static _ => new DeadProcess())];
        Assert.Equal(DeadProcess.Pid, Assert.Throws<AbandonedLockException>(() => mutex.Acquire(Cancellation)).OwnerPid);
        mutex.Release();
        Array.ForEach(born, static process => process.Die());
    }

    [Fact]
    public async Task Who_awaits_is_told_through_the_task()
    {
        var mutex = new Multiprocessing.Lock();
        HoldAsDead(mutex);
        await Assert.ThrowsAsync<AbandonedLockException>(() => mutex.AcquireAsync(Cancellation).AsTask());
        Assert.True(mutex.Locked);
        mutex.Release();
        HoldAsDead(mutex);
        await Assert.ThrowsAsync<AbandonedLockException>(() => mutex.TryAcquireAsync(TimeSpan.Zero, Cancellation).AsTask());
        mutex.Release();
        Assert.False(mutex.Locked);
    }

    [Fact]
    public async Task Of_those_who_wait_when_the_holder_dies_one_is_told_and_all_get_it_in_turn()
    {
        var mutex = new Multiprocessing.Lock();
        var holder = new DeadProcess();
        Hold(mutex, holder);
        await using var crew = new Crew(4, Cast.Mixed);
        int told = 0;
        Task[] turns = crew.Each(async actor =>
        {
            try
            {
                await actor.Do(() => mutex.Acquire(Cancellation), () => mutex.AcquireAsync(Cancellation));
            }
            catch (AbandonedLockException)
            {
                Interlocked.Increment(ref told);
            }

            await actor.Do(mutex.Release);
        });
        Eventually.Holds(() => mutex.WaiterCount == 4);
        Assert.All(turns, turn => Assert.False(turn.IsCompleted));
        holder.Die();
        await Task.WhenAll(turns);
        Assert.Equal(1, told);
        Assert.False(mutex.Locked);
    }

    [Fact]
    public void A_holder_that_lives_is_not_robbed()
    {
        var mutex = new Multiprocessing.Lock();
        Hold(mutex, new DeadProcess());
        Assert.False(mutex.TryAcquire(15 * Brief, Cancellation));
        mutex.Release();
        Assert.False(mutex.Locked);
    }

    [Fact]
    public void A_re_entrant_lock_taken_over_is_held_once()
    {
        var mutex = new Multiprocessing.RLock();
        HoldAsDead(mutex);
        Assert.Equal(0, mutex.Depth);
        Assert.Throws<AbandonedLockException>(() => mutex.Acquire(Cancellation));
        Assert.Equal(1, mutex.Depth);
        mutex.Release();
        Assert.False(mutex.Locked);
    }

    [Fact]
    public void A_thread_with_the_number_of_the_dead_holder_does_not_hold_it()
    {
        var mutex = new Multiprocessing.RLock();
        var holder = new DeadProcess();
        HoldAs(mutex, (Waiting.ThreadIdentity.Current & ~(long)uint.MaxValue) + holder.Token);
        Assert.Equal(0, mutex.Depth);
        Assert.Throws<SynchronizationLockException>(mutex.Release);
        Assert.False(mutex.TryAcquire(token: Cancellation));
    }

    [Fact]
    public async Task A_closed_lock_refuses_also_those_who_wait_for_it()
    {
        var mutex = new Multiprocessing.Lock();
        await using var crew = new Crew(2, Cast.Mixed);
        mutex.Acquire(Cancellation);
        Task[] waits = crew.Each(actor => actor.Do(() => mutex.Acquire(Cancellation), () => mutex.AcquireAsync(Cancellation)));
        Eventually.Holds(() => mutex.WaiterCount == 2);
        mutex.Close();
        mutex.Close();
        foreach (Task wait in waits)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => wait);
        }

        Assert.Throws<ObjectDisposedException>(() => mutex.Acquire(Cancellation));
        Assert.Throws<ObjectDisposedException>(mutex.Release);
    }

    internal static void HoldAsDead(IShared mutex)
    {
        var holder = new DeadProcess();
        Hold(mutex, holder);
        holder.Die();
    }

    private static void Hold(IShared mutex, DeadProcess holder) => HoldAs(mutex, holder.Token);

    private static unsafe void HoldAs(IShared mutex, long word) => *(long*)mutex.Segment.Data = word;
}
