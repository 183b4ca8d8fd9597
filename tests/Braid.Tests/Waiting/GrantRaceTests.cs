namespace Braid.Tests;

/// <summary>A grant that races with a cancellation or a timeout: one of them wins, and no permit is lost.</summary>
public sealed class GrantRaceTests : TimedTest
{
    private const int Rounds = 3000;

    private readonly Permits _permits = new();
    private readonly Random _random = new(3);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancellation_racing_with_a_grant_has_exactly_one_outcome(bool awaits)
    {
        await using Actor waiting = awaits ? new AwaitingActor() : new BlockingActor();
        await using var cancelling = new BlockingActor();
        for (int i = 0; i < Rounds; i++)
        {
            using var source = new CancellationTokenSource();
            Task<bool> taking = waiting.Do(
                () => _permits.Take(Timeout.InfiniteTimeSpan, source.Token), () => _permits.TakeAsync(Timeout.InfiniteTimeSpan, source.Token));
            Eventually.Holds(() => _permits.WaiterCount == 1);
            Task cancelled = cancelling.Do(source.Cancel);
            System.Threading.Thread.SpinWait(_random.Next(300));
            _permits.Give();
            bool took = await TookUnlessCancelled(taking);
            await cancelled;
            CheckAndTakeBack(took);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_timeout_racing_with_a_grant_has_exactly_one_outcome_and_leaves_the_waiter_fit_for_the_next_wait(bool awaits)
    {
        await using Actor waiting = awaits ? new AwaitingActor() : new BlockingActor();
        for (int i = 0; i < Rounds / 4; i++)
        {
            var timeout = TimeSpan.FromMicroseconds(_random.Next(1, 1500));
            Task<bool> taking = waiting.Do(() => _permits.Take(timeout), () => _permits.TakeAsync(timeout));
            System.Threading.Thread.SpinWait(_random.Next(20_000));
            _permits.Give();
            CheckAndTakeBack(await taking);
            Task<bool> next = waiting.Do(() => _permits.Take(Ample), () => _permits.TakeAsync(Ample));
            Eventually.Holds(() => _permits.WaiterCount == 1);
            Assert.False(next.IsCompleted);
            _permits.Give();
            Assert.True(await next);
        }
    }

    [Fact]
    public void A_token_cancelled_before_the_wait_is_enqueued_settles_it()
    {
        var probe = new ProbeWaiter();
        _permits.WaitAsync(probe, Ample, new CancellationToken(canceled: true));
        Assert.Equal(0, _permits.WaiterCount);
        Assert.Equal(-1, probe.TimeoutIndex);
        Assert.Throws<OperationCanceledException>(() => probe.Read());
        Assert.True(probe.IsRecycled);
    }

    private static async Task<bool> TookUnlessCancelled(Task<bool> taking)
    {
        try
        {
            return await taking;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void CheckAndTakeBack(bool took)
    {
        Assert.Equal(0, _permits.WaiterCount);
        Assert.Equal(took ? 0 : 1, _permits.Free);
        Assert.True(took || _permits.Take());
    }
}
