using Braid.Waiting;

namespace Braid.Tests;

/// <summary>Wakes: in order, after the gate is left, each exactly once, whatever one of them does.</summary>
public sealed class WakeTests : TimedTest
{
    [Fact]
    public void Waiters_are_woken_in_order_after_the_gate_is_left()
    {
        var permits = new Permits();
        var woken = new List<ProbeWaiter>();
        ProbeWaiter[] probes = [.. Enumerable.Range(0, 5).Select(_ => new ProbeWaiter(probe =>
        {
            Assert.False(permits.Queue.Gate.IsHeld);
            woken.Add(probe);
        }))];
        foreach (ProbeWaiter probe in probes)
        {
            permits.WaitAsync(probe, Timeout.InfiniteTimeSpan);
        }

        permits.Give(4);
        Assert.Equal(probes[..4], woken);
        Assert.All(probes[..4], probe => Assert.True(probe.Read() && probe.IsRecycled));
        permits.Give();
        Assert.Equal(probes, woken);
    }

    [Fact]
    public async Task A_context_that_refuses_a_continuation_does_not_keep_the_others_waiting()
    {
        var flag = new Threading.Event();
        await using var setter = new BlockingActor();
        await using var refusing = new BlockingActor();
        await refusing.Do(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new RefusingContext());
            ForgetAwait(flag);
        });
        Task other = flag.WaitAsync(Cancellation).AsTask();
        Assert.Equal(2, flag.WaiterCount);
        try
        {
            await setter.Do(flag.Set);
        }
        catch (NotSupportedException)
        {
            // Whether the setter hears of it is not the point.
        }

        await other.WaitAsync(Ample, Cancellation);
    }

    [Fact]
    public async Task A_result_can_be_read_once()
    {
        var permits = new Permits();
        SignalWaiter waiter = SignalWaiter.Rent();
        permits.WaitAsync(waiter, Timeout.InfiniteTimeSpan);
        ValueTask<bool> wait = waiter.AsTryTask();
        permits.Give();
        Assert.True(await wait);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await wait);
    }

    [Fact]
    public void A_result_read_too_early_is_refused_and_still_comes()
    {
        var permits = new Permits();
        var probe = new ProbeWaiter();
        permits.WaitAsync(probe, Timeout.InfiniteTimeSpan);
        Assert.Throws<InvalidOperationException>(() => probe.Read());
        Assert.False(probe.IsRecycled);
        permits.Give();
        Assert.True(probe.Read());
        Assert.True(probe.IsRecycled);
        Assert.Throws<InvalidOperationException>(() => probe.Read());
    }

    private static async void ForgetAwait(Threading.Event flag) => await flag.WaitAsync(CancellationToken.None);

    private sealed class RefusingContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => throw new NotSupportedException();
    }
}
