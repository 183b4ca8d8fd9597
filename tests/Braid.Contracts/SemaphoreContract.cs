namespace Braid.Contracts;

/// <summary>What every semaphore does. After CPython's <c>lock_tests.BaseSemaphoreTests</c> and asyncio's <c>test_locks.SemaphoreTests</c>.</summary>
public abstract class SemaphoreContract(Func<int, ISemaphore> newSemaphore, Func<Actor> newActor) : TimedTest
{
    protected ISemaphore NewSemaphore(int value = 1) => newSemaphore(value);

    protected Actor NewActor() => newActor();

    [Fact]
    public void It_starts_with_the_given_number_of_permits_or_one()
    {
        Assert.Equal(1, NewSemaphore().Value);
        Assert.Equal(0, NewSemaphore(0).Value);
        Assert.Equal(int.MaxValue, NewSemaphore(int.MaxValue).Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => NewSemaphore(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => NewSemaphore(int.MinValue));
    }

    [Fact]
    public async Task Acquiring_takes_a_permit_and_releasing_gives_it_back()
    {
        ISemaphore permits = NewSemaphore(2);
        await using Actor one = NewActor();
        await Acquire(one, permits);
        Assert.False(permits.Locked);
        await Acquire(one, permits);
        Assert.Equal(0, permits.Value);
        Assert.True(permits.Locked);
        await one.Do(() => permits.Release(2));
        Assert.Equal(2, permits.Value);
    }

    [Fact]
    public async Task So_many_tries_succeed_as_there_are_permits()
    {
        ISemaphore permits = NewSemaphore(4);
        await using Actor one = NewActor();
        await using var crew = new Crew(10, NewActor);
        await Acquire(one, permits);
        bool[] took = await Task.WhenAll(crew.Each(actor => TryAcquire(actor, permits, TimeSpan.Zero)));
        Assert.Equal(3, took.Count(static success => success));
        Assert.Equal(0, permits.Value);
    }

    [Fact]
    public async Task Each_permit_given_lets_exactly_one_waiter_through()
    {
        ISemaphore permits = NewSemaphore(7);
        await using Actor giver = NewActor();
        await using var crew = new Crew(10, NewActor);
        Task[] waits = crew.Each(actor => Acquire(actor, permits));
        Eventually.Holds(() => permits.WaiterCount == 3 && waits.Count(static wait => wait.IsCompleted) == 7);
        await giver.Do(() => permits.Release());
        Eventually.Holds(() => permits.WaiterCount == 2 && waits.Count(static wait => wait.IsCompleted) == 8);
        await giver.Do(() => permits.Release(2));
        await Task.WhenAll(waits);
        Assert.Equal(0, permits.Value);
    }

    [Fact]
    public async Task Releasing_several_lets_as_many_waiters_through_and_keeps_the_rest()
    {
        ISemaphore permits = NewSemaphore(10);
        await using Actor giver = NewActor();
        await using var crew = new Crew(4, NewActor);
        for (int i = 0; i < 10; i++)
        {
            await Acquire(giver, permits);
        }

        Task[] waits = crew.Each(actor => Acquire(actor, permits));
        Eventually.Holds(() => permits.WaiterCount == 4);
        await giver.Do(() => permits.Release(7));
        await Task.WhenAll(waits);
        Assert.Equal(3, permits.Value);
        Assert.Equal(0, permits.WaiterCount);
    }

    [Fact]
    public async Task Releasing_fewer_than_one_is_refused()
    {
        ISemaphore permits = NewSemaphore(2);
        await using Actor one = NewActor();
        await Acquire(one, permits);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => one.Do(() => permits.Release(0)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => one.Do(() => permits.Release(-1)));
        Assert.Equal(1, permits.Value);
    }

    [Fact]
    public async Task Waits_that_time_out_or_are_cancelled_take_no_permit()
    {
        ISemaphore permits = NewSemaphore();
        await using var crew = new Crew(3, NewActor);
        permits.Acquire(Cancellation);
        using var cancel = new CancellationTokenSource();
        Assert.False(await TryAcquire(crew[0], permits, TimeSpan.Zero));
        Task<bool> tiring = TryAcquire(crew[0], permits, Brief);
        Task cancelled = Acquire(crew[1], permits, cancel.Token);
        Task waiting = Acquire(crew[2], permits);
        Assert.False(await tiring);
        Eventually.Holds(() => permits.WaiterCount == 2);
        cancel.Cancel();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.Equal(1, permits.WaiterCount);
        permits.Release();
        await waiting;
        Assert.Equal(0, permits.WaiterCount);
    }

    [Fact]
    public async Task A_cancellation_that_races_the_release_loses_no_permit()
    {
        ISemaphore permits = NewSemaphore(1);
        await using var crew = new Crew(3, NewActor);
        for (int round = 0; round < 200; round++)
        {
            using var cancel = new CancellationTokenSource();
            await Acquire(crew[0], permits);
            Task racing = Acquire(crew[1], permits, cancel.Token);
            Eventually.Holds(() => permits.WaiterCount == 1);
            Task waiting = Acquire(crew[2], permits);
            Eventually.Holds(() => permits.WaiterCount == 2);
            Task cancelling = Task.Run(cancel.Cancel, Cancellation);
            await crew[0].Do(() => permits.Release());
            if (await racing.ContinueWith(static task => task.IsCompletedSuccessfully, TaskScheduler.Default))
            {
                await crew[1].Do(() => permits.Release());
            }

            await waiting;
            await crew[2].Do(() => permits.Release());
            await cancelling;
            Assert.Equal(1, permits.Value);
        }
    }

    [Fact]
    public async Task Bad_timeouts_and_cancelled_tokens_are_refused_though_there_is_a_permit()
    {
        ISemaphore permits = NewSemaphore();
        await using Actor one = NewActor();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => TryAcquire(one, permits, TimeSpan.FromTicks(-1)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Acquire(one, permits, new CancellationToken(canceled: true)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TryAcquire(one, permits, TimeSpan.Zero, new CancellationToken(canceled: true)));
        Assert.Equal(1, permits.Value);
    }

    [Fact]
    public async Task A_scope_gives_the_permit_back_also_on_an_exception()
    {
        ISemaphore permits = NewSemaphore(2);
        await using Actor one = NewActor();
        await Assert.ThrowsAsync<FormatException>(() => one.Do(
            () =>
            {
                using Threading.Scope held = permits.EnterScope(Cancellation);
                Assert.Equal(1, permits.Value);
                throw new FormatException();
            },
            async () =>
            {
                using (await permits.EnterScopeAsync(Cancellation))
                {
                    Assert.Equal(1, permits.Value);
                    throw new FormatException();
                }
            }));
        Assert.Equal(2, permits.Value);
    }

    protected static Task Acquire(Actor actor, ISemaphore permits, CancellationToken token = default) =>
        actor.Do(token => permits.Acquire(token), token => permits.AcquireAsync(token), token);

    protected static Task<bool> TryAcquire(Actor actor, ISemaphore permits, TimeSpan timeout, CancellationToken token = default) =>
        actor.Do(token => permits.TryAcquire(timeout, token), token => permits.TryAcquireAsync(timeout, token), token);
}
