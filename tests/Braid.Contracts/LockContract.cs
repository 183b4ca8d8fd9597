using Braid.Threading;

namespace Braid.Contracts;

/// <summary>What every lock does, whoever waits for it. After CPython's <c>lock_tests.BaseLockTests</c> and <c>LockTests</c>.</summary>
public abstract partial class LockContract(Func<ILock> newLock, Func<Actor> newActor) : TimedTest
{
    protected ILock NewLock() => newLock();

    protected Actor NewActor() => newActor();

    [Fact]
    public async Task A_released_lock_can_be_acquired_again()
    {
        ILock mutex = NewLock();
        await using Actor one = NewActor();
        for (int i = 0; i < 3; i++)
        {
            await Acquire(one, mutex);
            Assert.True(mutex.Locked);
            await one.Do(mutex.Release);
            Assert.False(mutex.Locked);
        }
    }

    [Fact]
    public async Task Releasing_what_is_not_held_fails_and_changes_nothing()
    {
        ILock mutex = NewLock();
        await using Actor one = NewActor();
        await Assert.ThrowsAsync<SynchronizationLockException>(() => one.Do(mutex.Release));
        Assert.False(mutex.Locked);
        await Acquire(one, mutex);
        await one.Do(mutex.Release);
        await Assert.ThrowsAsync<SynchronizationLockException>(() => one.Do(mutex.Release));
    }

    [Fact]
    public async Task Each_of_five_waiters_gets_the_lock_in_turn()
    {
        ILock mutex = NewLock();
        await using Actor holder = NewActor();
        await Acquire(holder, mutex);
        await using var crew = new Crew(5, NewActor);
        int inside = 0;
        Task[] turns = crew.Each(async actor =>
        {
            await Acquire(actor, mutex);
            Assert.Equal(1, Interlocked.Increment(ref inside));
            Interlocked.Decrement(ref inside);
            await actor.Do(mutex.Release);
        });
        Eventually.Holds(() => mutex.LockWaiterCount == 5);
        await holder.Do(mutex.Release);
        await Task.WhenAll(turns);
        Assert.Equal(0, mutex.LockWaiterCount);
        Assert.False(mutex.Locked);
    }

    [Fact]
    public async Task A_try_succeeds_only_while_the_lock_is_free()
    {
        ILock mutex = NewLock();
        await using Actor holder = NewActor();
        await using var crew = new Crew(5, NewActor);
        Assert.True(await TryAcquire(holder, mutex, TimeSpan.Zero));
        Assert.All(await Task.WhenAll(crew.Each(actor => TryAcquire(actor, mutex, TimeSpan.Zero))), Assert.False);
        await holder.Do(mutex.Release);
        Assert.True(await TryAcquire(crew[0], mutex, TimeSpan.Zero));
        await crew[0].Do(mutex.Release);
    }

    [Fact]
    public async Task A_scope_releases_at_its_end_and_on_an_exception()
    {
        ILock mutex = NewLock();
        await using Actor one = NewActor();
        await InScope(one, mutex, () => Assert.True(mutex.Locked));
        Assert.False(mutex.Locked);
        await Assert.ThrowsAsync<FormatException>(() => InScope(one, mutex, () => throw new FormatException()));
        Assert.False(mutex.Locked);
    }

    [Fact]
    public async Task Its_text_says_whether_it_is_locked()
    {
        ILock mutex = NewLock();
        await using Actor one = NewActor();
        Assert.StartsWith("unlocked ", mutex.ToString(), StringComparison.Ordinal);
        await Acquire(one, mutex);
        Assert.StartsWith("locked ", mutex.ToString(), StringComparison.Ordinal);
        await one.Do(mutex.Release);
    }

    protected static Task Acquire(Actor actor, ILock mutex, CancellationToken token = default) =>
        actor.Do(token => mutex.Acquire(token), token => mutex.AcquireAsync(token), token);

    protected static Task<bool> TryAcquire(Actor actor, ILock mutex, TimeSpan timeout, CancellationToken token = default) =>
        actor.Do(token => mutex.TryAcquire(timeout, token), token => mutex.TryAcquireAsync(timeout, token), token);

    private static Task InScope(Actor actor, ILock mutex, Action body) => actor.Do(
        () =>
        {
            using Scope held = mutex.EnterScope(Cancellation);
            body();
        },
        async () =>
        {
            using (await mutex.EnterScopeAsync(Cancellation))
            {
                body();
            }
        });
}
