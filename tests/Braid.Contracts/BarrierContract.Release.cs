namespace Braid.Contracts;

/// <summary>Letting those who wait go on without the others.</summary>
public abstract partial class BarrierContract
{
    [Fact]
    public async Task Release_lets_those_who_wait_go_on_in_their_order_and_the_barrier_stays_whole()
    {
        int runs = 0;
        IBarrier barrier = NewBarrier(5, () => Interlocked.Increment(ref runs));
        await using var crew = new Crew(4, NewActor);
        await using Actor last = NewActingActor();
        List<Task<int>> waits = [];
        foreach (Actor actor in (Actor[])[crew[0], crew[1], crew[2]])
        {
            waits.Add(Wait(actor, barrier));
            Eventually.Holds(() => barrier.Waiting == waits.Count);
        }

        Assert.Equal(3, barrier.Release());
        int[] numbers = await Task.WhenAll(waits);
        Assert.Equal([0, 1, 2], numbers);
        Assert.False(barrier.Broken);
        Assert.Equal(0, barrier.Waiting);
        Assert.Equal(0, runs);
        waits = [.. crew.Each(actor => Wait(actor, barrier))];
        Eventually.Holds(() => barrier.Waiting == 4);
        Assert.Equal([0, 1, 2, 3, 4], (await Task.WhenAll([.. waits, Wait(last, barrier)])).Order());
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Release_without_waiters_and_of_a_broken_barrier_does_nothing()
    {
        IBarrier barrier = NewBarrier(2);
        await using var crew = new Crew(2, NewActor);
        Assert.Equal(0, barrier.Release());
        barrier.Abort();
        Assert.Equal(0, barrier.Release());
        Assert.True(barrier.Broken);
        barrier.Reset();
        Assert.Equal([0, 1], (await Task.WhenAll(crew.Each(actor => Wait(actor, barrier)))).Order());
    }

    [Fact]
    public async Task Release_serves_waits_with_a_timeout_and_again_and_again()
    {
        IBarrier barrier = NewBarrier(3);
        await using var crew = new Crew(2, NewActor);
        for (int round = 0; round < 20; round++)
        {
            Task<(bool Success, int Index)>[] waits = crew.Each(actor => TryWait(actor, barrier, Ample));
            Eventually.Holds(() => barrier.Waiting == 2);
            Assert.Equal(2, barrier.Release());
            Assert.Equal([(true, 0), (true, 1)], (await Task.WhenAll(waits)).Order());
        }

        Assert.False(barrier.Broken);
    }

    [Fact]
    public async Task Release_leaves_alone_who_left_before()
    {
        IBarrier barrier = NewBarrier(3);
        await using var crew = new Crew(2, NewActor);
        using var cancel = new CancellationTokenSource();
        Task<int> leaving = Wait(crew[0], barrier, cancel.Token);
        Eventually.Holds(() => barrier.Waiting == 1);
        Task<int> staying = Wait(crew[1], barrier);
        Eventually.Holds(() => barrier.Waiting == 2);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        Assert.Equal(1, barrier.Release());
        Assert.Equal(0, await staying);
    }

    /// <summary>While a round acts, one more is full behind it and another has one party: only that one is released.</summary>
    [Fact]
    public async Task Release_leaves_rounds_alone_that_are_full()
    {
        using var acting = new SlowAction();
        IBarrier barrier = NewBarrier(2, acting.Run);
        await using var crew = new Crew(4, NewActingActor);
        await using Actor last = NewActingActor();
        Task<int> first = Wait(crew[0], barrier);
        Eventually.Holds(() => barrier.Waiting == 1);
        Task<int> actor = Task.Run(() => Wait(crew[1], barrier), Cancellation);
        acting.WaitUntilItRuns(1);
        Task<int> second = Wait(crew[2], barrier);
        Eventually.Holds(() => barrier.WaiterCount == 2);
        Assert.Equal(1, barrier.Release());
        Assert.Equal(0, await second);
        Task<int>[] next = [Wait(crew[2], barrier), Wait(crew[3], barrier)];
        Eventually.Holds(() => barrier.WaiterCount == 3);
        Task<int> alone = Wait(last, barrier);
        Eventually.Holds(() => barrier.WaiterCount == 4);
        Assert.Equal(1, barrier.Release());
        Assert.Equal(0, await alone);
        Assert.False(first.IsCompleted || actor.IsCompleted || next[0].IsCompleted || next[1].IsCompleted);
        acting.End();
        acting.WaitUntilItRuns(2);
        acting.End();
        Assert.Equal([0, 1], (await Task.WhenAll(first, actor)).Order());
        Assert.Equal([0, 1], (await Task.WhenAll(next)).Order());
        Assert.False(barrier.Broken);
    }
}
