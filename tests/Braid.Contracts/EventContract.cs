namespace Braid.Contracts;

/// <summary>What every event does. After CPython's <c>lock_tests.EventTests</c> and asyncio's <c>test_locks.EventTests</c>.</summary>
public abstract class EventContract(World world, Func<Actor> newActor) : TimedTest
{
    protected IEvent NewEvent() => world.NewEvent();

    protected Actor NewActor() => newActor();

    [Fact]
    public void It_is_set_until_it_is_cleared()
    {
        IEvent e = NewEvent();
        Assert.False(e.IsSet);
        e.Set();
        e.Set();
        Assert.True(e.IsSet);
        e.Clear();
        e.Clear();
        Assert.False(e.IsSet);
    }

    [Fact]
    public async Task Set_lets_all_waiters_go_on()
    {
        IEvent e = NewEvent();
        await using var crew = new Crew(5, NewActor);
        Task[] waits = crew.Each(actor => Wait(actor, e));
        Eventually.Holds(() => e.WaiterCount == 5);
        Assert.All(waits, wait => Assert.False(wait.IsCompleted));
        e.Set();
        await Task.WhenAll(waits);
        Assert.Equal(0, e.WaiterCount);
    }

    [Fact]
    public async Task Who_comes_after_it_was_set_does_not_wait_and_who_comes_after_it_was_cleared_does()
    {
        IEvent e = NewEvent();
        await using Actor one = NewActor();
        e.Set();
        await Wait(one, e);
        Assert.True(await TryWait(one, e, TimeSpan.Zero));
        e.Clear();
        Assert.False(await TryWait(one, e, TimeSpan.Zero));
        Task wait = Wait(one, e);
        Eventually.Holds(() => e.WaiterCount == 1);
        e.Set();
        await wait;
    }

    [Fact]
    public async Task Set_lets_all_waiters_go_on_though_it_is_cleared_at_once()
    {
        IEvent e = NewEvent();
        await using var crew = new Crew(5, NewActor);
        for (int round = 0; round < 20; round++)
        {
            Task<bool>[] waits = crew.Each(actor => TryWait(actor, e, Ample));
            Eventually.Holds(() => e.WaiterCount == 5);
            e.Set();
            e.Clear();
            Assert.All(await Task.WhenAll(waits), Assert.True);
        }
    }

    [Fact]
    public async Task A_wait_whose_time_is_up_says_so_and_leaves_the_others()
    {
        IEvent e = NewEvent();
        await using Actor first = NewActor();
        await using Actor second = NewActor();
        Task<bool> tiring = TryWait(first, e, Brief);
        Task<bool> waiting = TryWait(second, e, Timeout.InfiniteTimeSpan);
        Assert.False(await tiring);
        Eventually.Holds(() => e.WaiterCount == 1);
        e.Set();
        Assert.True(await waiting);
    }

    [Fact]
    public async Task A_cancelled_wait_ends_alone()
    {
        IEvent e = NewEvent();
        await using Actor first = NewActor();
        await using Actor second = NewActor();
        using var cancel = new CancellationTokenSource();
        Task cancelled = Wait(first, e, cancel.Token);
        Task waiting = Wait(second, e);
        Eventually.Holds(() => e.WaiterCount == 2);
        cancel.Cancel();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.Equal(1, e.WaiterCount);
        Assert.False(e.IsSet);
        e.Set();
        await waiting;
    }

    [Fact]
    public async Task Bad_timeouts_and_cancelled_tokens_are_refused_though_it_is_set()
    {
        IEvent e = NewEvent();
        await using Actor one = NewActor();
        e.Set();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => TryWait(one, e, TimeSpan.FromTicks(-1)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Wait(one, e, new CancellationToken(canceled: true)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TryWait(one, e, Ample, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Its_text_says_whether_it_is_set_and_how_many_wait()
    {
        IEvent e = NewEvent();
        await using Actor one = NewActor();
        Task wait = Wait(one, e);
        Eventually.Holds(() => e.WaiterCount == 1);
        Assert.StartsWith("unset ", e.ToString(), StringComparison.Ordinal);
        Assert.Contains("waiters=1", e.ToString(), StringComparison.Ordinal);
        e.Set();
        Assert.StartsWith("set ", e.ToString(), StringComparison.Ordinal);
        await wait;
    }

    private static Task Wait(Actor actor, IEvent e, CancellationToken token = default) => actor.Do(token => e.Wait(token), token => e.WaitAsync(token), token);

    private static Task<bool> TryWait(Actor actor, IEvent e, TimeSpan timeout, CancellationToken token = default) =>
        actor.Do(token => e.TryWait(timeout, token), token => e.TryWaitAsync(timeout, token), token);
}
