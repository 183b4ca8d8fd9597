namespace Braid.Contracts;

/// <summary>What happens while the action runs.</summary>
public abstract partial class BarrierContract
{
    [Fact]
    public async Task Newcomers_wait_for_the_next_round_and_when_they_are_enough_it_follows_at_once()
    {
        using var acting = new SlowAction();
        IBarrier barrier = NewBarrier(2, acting.Run);
        await using Actor one = NewActor();
        await using Actor actor = NewActingActor();
        await using var newcomers = new Crew(3, NewActingActor);
        Task<int> first = Wait(one, barrier);
        Eventually.Holds(() => barrier.Waiting == 1);
        Task<int> last = Task.Run(() => Wait(actor, barrier), Cancellation);
        acting.WaitUntilItRuns(1);
        Assert.Equal(0, barrier.Waiting);
        Task<int>[] next = newcomers.Each(actor => Wait(actor, barrier));
        Eventually.Holds(() => barrier.WaiterCount == 4);
        Assert.False(first.IsCompleted);
        acting.End();
        Assert.Equal(0, await first);
        Assert.Equal(1, await last);
        acting.WaitUntilItRuns(2);
        Assert.All(next, wait => Assert.False(wait.IsCompleted));
        acting.End();
        Eventually.Holds(() => next.Count(static wait => wait.IsCompleted) == 2);
        Eventually.Holds(() => barrier.Waiting == 1);
        barrier.Abort();
        Assert.Equal(1, next.Count(static wait => wait.ContinueWith(static task => task.IsFaulted, TaskScheduler.Default).GetAwaiter().GetResult()));
        Assert.Equal([0, 1], next.Where(static wait => wait.IsCompletedSuccessfully).Select(static wait => wait.Result).Order());
        Assert.Equal(2, acting.Runs);
    }

    [Fact]
    public async Task A_party_that_is_cancelled_meanwhile_leaves_and_the_others_keep_their_numbers()
    {
        using var acting = new SlowAction();
        IBarrier barrier = NewBarrier(3, acting.Run);
        await using var crew = new Crew(3, NewActor);
        await using Actor actor = NewActingActor();
        using var cancel = new CancellationTokenSource();
        Task<int> leaving = Wait(crew[0], barrier, cancel.Token);
        Eventually.Holds(() => barrier.Waiting == 1);
        Task<int> staying = Wait(crew[1], barrier);
        Eventually.Holds(() => barrier.Waiting == 2);
        Task<int> last = Task.Run(() => Wait(actor, barrier), Cancellation);
        acting.WaitUntilItRuns(1);
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        Task<int> newcomer = Wait(crew[2], barrier);
        Eventually.Holds(() => barrier.WaiterCount == 2);
        acting.End();
        Assert.Equal(1, await staying);
        Assert.Equal(2, await last);
        Eventually.Holds(() => barrier.Waiting == 1);
        barrier.Abort();
        await Broken(newcomer);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Abort_and_Reset_meanwhile_fail_every_party_of_the_round(bool isReset)
    {
        using var acting = new SlowAction();
        IBarrier barrier = NewBarrier(2, acting.Run);
        await using Actor one = NewActor();
        await using Actor actor = NewActingActor();
        Task<int> first = Wait(one, barrier);
        Eventually.Holds(() => barrier.Waiting == 1);
        Task<int> last = Task.Run(() => Wait(actor, barrier), Cancellation);
        acting.WaitUntilItRuns(1);
        if (isReset)
        {
            barrier.Reset();
        }
        else
        {
            barrier.Abort();
        }

        await Broken(first);
        acting.End();
        await Broken(last);
        Assert.Equal(!isReset, barrier.Broken);
    }

    /// <summary>An action that lasts until the test ends it.</summary>
    private sealed class SlowAction : IDisposable
    {
        private readonly SemaphoreSlim _ends = new(0);
        private int _runs;

        public int Runs => Volatile.Read(ref _runs);

        public void Run()
        {
            Interlocked.Increment(ref _runs);
            _ends.Wait(Cancellation);
        }

        public void WaitUntilItRuns(int times) => Eventually.Holds(() => Runs == times);

        public void End() => _ends.Release();

        public void Dispose() => _ends.Dispose();
    }
}
