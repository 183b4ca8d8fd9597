namespace Braid.Contracts;

/// <summary>Breaking a barrier and making it new.</summary>
public abstract partial class BarrierContract
{
    [Fact]
    public async Task Abort_fails_those_who_wait_and_those_who_come()
    {
        IBarrier barrier = NewBarrier(5);
        await using var crew = new Crew(4, NewActor);
        Task<int>[] waits = crew.Each(actor => Wait(actor, barrier));
        Eventually.Holds(() => barrier.Waiting == 4);
        barrier.Abort();
        await Broken(waits);
        Assert.True(barrier.Broken);
        Assert.Equal(0, barrier.Waiting);
        await Broken(Wait(crew[0], barrier), TryWait(crew[1], barrier, Ample));
    }

    [Fact]
    public async Task Reset_fails_those_who_wait_and_leaves_the_barrier_usable()
    {
        IBarrier barrier = NewBarrier(3);
        await using var crew = new Crew(3, NewActor);
        Task<int>[] waits = [Wait(crew[0], barrier), Wait(crew[1], barrier)];
        Eventually.Holds(() => barrier.Waiting == 2);
        barrier.Reset();
        await Broken(waits);
        Assert.False(barrier.Broken);
        Assert.Equal([0, 1, 2], (await Task.WhenAll(crew.Each(actor => Wait(actor, barrier)))).Order());
    }

    [Fact]
    public async Task Reset_mends_an_aborted_barrier()
    {
        IBarrier barrier = NewBarrier(3);
        await using var crew = new Crew(3, NewActor);
        Task<int> waiting = Wait(crew[0], barrier);
        Eventually.Holds(() => barrier.Waiting == 1);
        barrier.Abort();
        await Broken(waiting);
        barrier.Reset();
        Assert.False(barrier.Broken);
        Assert.Equal([0, 1, 2], (await Task.WhenAll(crew.Each(actor => Wait(actor, barrier)))).Order());
    }

    [Fact]
    public async Task Reset_without_waiters_changes_nothing()
    {
        IBarrier barrier = NewBarrier(2);
        await using var crew = new Crew(2, NewActor);
        barrier.Reset();
        Assert.Equal([0, 1], (await Task.WhenAll(crew.Each(actor => Wait(actor, barrier)))).Order());
    }

    [Fact]
    public async Task A_timeout_breaks_the_barrier_for_everybody()
    {
        IBarrier barrier = NewBarrier(3);
        await using var crew = new Crew(2, NewActor);
        Task<int> waiting = Wait(crew[0], barrier);
        Eventually.Holds(() => barrier.Waiting == 1);
        Assert.Equal((false, -1), await TryWait(crew[1], barrier, Brief));
        await Broken(waiting);
        Assert.True(barrier.Broken);
    }

    [Fact]
    public async Task No_time_breaks_the_barrier_but_for_the_last_party()
    {
        IBarrier barrier = NewBarrier(2);
        await using var crew = new Crew(2, NewActor);
        Task<int> waiting = Wait(crew[0], barrier);
        Eventually.Holds(() => barrier.Waiting == 1);
        Assert.Equal((true, 1), await TryWait(crew[1], barrier, TimeSpan.Zero));
        Assert.Equal(0, await waiting);
        Assert.Equal((false, -1), await TryWait(crew[1], barrier, TimeSpan.Zero));
        Assert.True(barrier.Broken);
    }

    [Fact]
    public async Task The_barriers_own_timeout_holds_for_waits_without_one()
    {
        IBarrier barrier = NewBarrier(3, timeout: Brief);
        await using var crew = new Crew(2, NewActor);
        Task<(bool, int)> patient = TryWait(crew[0], barrier, Timeout.InfiniteTimeSpan);
        Eventually.Holds(() => barrier.Waiting == 1);
        await Broken(Wait(crew[1], barrier), patient);
        Assert.True(barrier.Broken);
    }

    [Fact]
    public async Task A_bad_timeout_is_refused_and_breaks_nothing()
    {
        IBarrier barrier = NewBarrier(2);
        await using Actor one = NewActor();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => TryWait(one, barrier, TimeSpan.FromTicks(-1)));
        Assert.False(barrier.Broken);
        Assert.Equal(0, barrier.Waiting);
    }
}
