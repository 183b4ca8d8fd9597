using Braid.Threading;

namespace Braid.Contracts;

/// <summary>What every barrier does while it is whole. After CPython's <c>lock_tests.BarrierTests</c> and asyncio's <c>test_locks.BarrierTests</c>.</summary>
/// <param name="world">Makes the barriers.</param>
/// <param name="newActor">Makes the parties.</param>
/// <param name="newActingActor">Makes a party in which the barrier's action can run, if not every one will do.</param>
public abstract partial class BarrierContract(World world, Func<Actor> newActor, Func<Actor>? newActingActor = null) : TimedTest
{
    protected IBarrier NewBarrier(int parties, Action? action = null, TimeSpan? timeout = null) => world.NewBarrier(parties, action, timeout);

    protected Actor NewActor() => newActor();

    /// <summary>Makes an actor for whom the barrier's action runs when it is the last to come.</summary>
    protected Actor NewActingActor() => (newActingActor ?? newActor)();

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task All_parties_meet_in_every_round(int rounds)
    {
        const int parties = 5;
        IBarrier barrier = NewBarrier(parties);
        await using var crew = new Crew(parties, NewActor);
        int[] arrived = new int[2 * rounds];
        await Task.WhenAll(crew.Each(async actor =>
        {
            for (int round = 0; round < 2 * rounds; round++)
            {
                Interlocked.Increment(ref arrived[round]);
                await Wait(actor, barrier);
                Assert.Equal(parties, Volatile.Read(ref arrived[round]));
            }
        }));
        Assert.Equal(0, barrier.Waiting);
        Assert.False(barrier.Broken);
    }

    [Fact]
    public async Task No_party_passes_before_the_last_one_arrives()
    {
        IBarrier barrier = NewBarrier(3);
        await using var crew = new Crew(3, NewActor);
        Task<int> first = Wait(crew[0], barrier);
        Eventually.Holds(() => barrier.Waiting == 1);
        Task<int> second = Wait(crew[1], barrier);
        Eventually.Holds(() => barrier.Waiting == 2);
        Assert.False(first.IsCompleted || second.IsCompleted);
        Task<int> third = Wait(crew[2], barrier);
        await Task.WhenAll(first, second, third);
        Assert.Equal(0, barrier.Waiting);
    }

    [Fact]
    public async Task The_parties_of_a_round_get_the_numbers_from_0_on()
    {
        IBarrier barrier = NewBarrier(5);
        await using var crew = new Crew(5, NewActor);
        for (int round = 0; round < 20; round++)
        {
            int[] numbers = await Task.WhenAll(crew.Each(actor => Wait(actor, barrier)));
            Assert.Equal(Enumerable.Range(0, 5), numbers.Order());
        }
    }

    [Fact]
    public async Task The_action_runs_once_a_round_before_any_party_passes()
    {
        int runs = 0;
        IBarrier barrier = NewBarrier(5, () => Interlocked.Increment(ref runs));
        await using var crew = new Crew(5, NewActingActor);   // any of them may come last
        for (int round = 1; round <= 5; round++)
        {
            await Task.WhenAll(crew.Each(async actor =>
            {
                await Wait(actor, barrier);
                Assert.Equal(round, Volatile.Read(ref runs));
            }));
        }
    }

    [Fact]
    public async Task The_last_party_acts_for_all_others()
    {
        int runs = 0;
        IBarrier barrier = NewBarrier(5, () => Interlocked.Increment(ref runs));
        await using Actor last = NewActingActor();
        await using var crew = new Crew(4, NewActor);
        for (int round = 1; round <= 5; round++)
        {
            Task[] waits = crew.Each(WaitAndLook);
            Eventually.Holds(() => barrier.Waiting == 4);
            await Task.WhenAll([.. waits, WaitAndLook(last)]);

            async Task WaitAndLook(Actor actor)
            {
                await Wait(actor, barrier);
                Assert.Equal(round, Volatile.Read(ref runs));
            }
        }
    }

    [Fact]
    public async Task A_failing_action_fails_its_party_and_breaks_the_barrier_for_the_others()
    {
        IBarrier barrier = NewBarrier(3, () => throw new FormatException());
        await using Actor last = NewActingActor();
        await using var crew = new Crew(2, NewActor);
        Task<int> first = Wait(crew[0], barrier);
        Task<int> second = Wait(crew[1], barrier);
        Eventually.Holds(() => barrier.Waiting == 2);
        await Assert.ThrowsAsync<FormatException>(() => Wait(last, barrier));
        await Assert.ThrowsAsync<BrokenBarrierException>(() => first);
        await Assert.ThrowsAsync<BrokenBarrierException>(() => second);
        Assert.True(barrier.Broken);
    }

    [Fact]
    public async Task A_single_party_never_waits()
    {
        int runs = 0;
        IBarrier barrier = NewBarrier(1, () => runs++);
        await using Actor one = NewActingActor();
        Assert.Equal(0, await Wait(one, barrier));
        Assert.Equal((true, 0), await TryWait(one, barrier, TimeSpan.Zero));
        Assert.Equal(2, runs);
    }

    [Fact]
    public void It_needs_at_least_one_party_and_a_proper_timeout()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => NewBarrier(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => NewBarrier(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => NewBarrier(1, timeout: TimeSpan.FromTicks(-1)));
        IBarrier barrier = NewBarrier(7, timeout: Timeout.InfiniteTimeSpan);
        Assert.Equal(7, barrier.Parties);
        Assert.Equal(0, barrier.Waiting);
        Assert.False(barrier.Broken);
    }

    [Fact]
    public async Task A_party_whose_token_is_cancelled_just_leaves()
    {
        IBarrier barrier = NewBarrier(3);
        await using var crew = new Crew(4, NewActor);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Wait(crew[0], barrier, new CancellationToken(canceled: true)));
        Task<int> leaving = Wait(crew[0], barrier, cancel.Token);
        Eventually.Holds(() => barrier.Waiting == 1);
        Task<int> second = Wait(crew[1], barrier);
        Eventually.Holds(() => barrier.Waiting == 2);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        Assert.Equal(1, barrier.Waiting);
        Assert.False(barrier.Broken);
        int[] numbers = await Task.WhenAll(second, Wait(crew[2], barrier), Wait(crew[3], barrier));
        Assert.Equal([0, 1, 2], numbers.Order());
    }

    [Fact]
    public async Task Its_text_says_how_many_parties_wait()
    {
        IBarrier barrier = NewBarrier(3);
        await using var crew = new Crew(2, NewActor);
        Task<int>[] waits = crew.Each(actor => Wait(actor, barrier));
        Eventually.Holds(() => barrier.Waiting == 2);
        Assert.Contains("waiters=2/3", barrier.ToString(), StringComparison.Ordinal);
        barrier.Abort();
        Assert.StartsWith("broken ", barrier.ToString(), StringComparison.Ordinal);
        await Broken(waits);
    }

    protected static Task<int> Wait(Actor actor, IBarrier barrier, CancellationToken token = default) =>
        actor.Do(token => barrier.Wait(token), token => barrier.WaitAsync(token), token);

    protected static Task<(bool Success, int Index)> TryWait(Actor actor, IBarrier barrier, TimeSpan timeout) => actor.Do(
        () => (barrier.TryWait(out int index, timeout, Cancellation), index),
        () => barrier.TryWaitAsync(timeout, Cancellation));

    private static async Task Broken(params IEnumerable<Task> waits)
    {
        foreach (Task wait in waits)
        {
            await Assert.ThrowsAsync<BrokenBarrierException>(() => wait);
        }
    }
}
