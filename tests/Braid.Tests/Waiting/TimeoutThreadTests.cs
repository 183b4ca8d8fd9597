using System.Diagnostics;

namespace Braid.Tests;

/// <summary>The thread that ends awaits whose time is up.</summary>
public sealed class TimeoutThreadTests : TimedTest
{
    [Fact]
    public void Awaits_end_in_the_order_of_their_deadlines_and_granted_ones_are_taken_out()
    {
        var random = new Random(7);
        var permits = new Permits();
        var woken = new List<ProbeWaiter>();   // by the granting thread first, then by the alarm's only
        ProbeWaiter[] probes = [.. Enumerable.Range(0, 300).Select(_ => new ProbeWaiter(woken.Add))];
        foreach (ProbeWaiter probe in probes)
        {
            permits.WaitAsync(probe, TimeSpan.FromMilliseconds(1000 + (random.NextDouble() * 50)), CancellationToken.None);
        }

        permits.Give(100);
        Assert.Equal(probes[..100], woken);
        Assert.All(probes[..100], probe => Assert.Equal(-1, probe.TimeoutIndex));
        Assert.All(probes[100..], probe => Assert.NotEqual(-1, probe.TimeoutIndex));
        Eventually.Holds(() => permits.WaiterCount == 0 && probes.All(probe => probe.GetStatus(0) != System.Threading.Tasks.Sources.ValueTaskSourceStatus.Pending));
        Assert.Equal(probes[100..].OrderBy(probe => probe.Deadline), woken[100..]);
        Assert.All(probes, probe => Assert.Equal(Array.IndexOf(probes, probe) < 100, probe.Read()));
    }

    [Fact]
    public async Task Ten_thousand_awaits_in_random_order_all_end_and_none_early()
    {
        var random = new Random(11);
        var flag = new Threading.Event();
        Task<TimeSpan>[] waits = [.. Enumerable.Range(0, 10_000).Select(_ => TooEarlyBy(flag, TimeSpan.FromMicroseconds(random.Next(1, 300_000))))];
        Assert.All(await Task.WhenAll(waits), early => Assert.True(early <= TimeSpan.Zero, $"ended {early} early"));
        Assert.Equal(0, flag.WaiterCount);
    }

    [Fact]
    public async Task An_await_with_an_earlier_deadline_does_not_wait_for_one_set_before_it()
    {
        var flag = new Threading.Event();
        Task<bool> lasting = flag.TryWaitAsync(Ample, Cancellation).AsTask();
        Assert.False(await flag.TryWaitAsync(Brief, Cancellation));
        Assert.False(lasting.IsCompleted);
        flag.Set();
        Assert.True(await lasting);
    }

    private static async Task<TimeSpan> TooEarlyBy(Threading.Event flag, TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        Assert.False(await flag.TryWaitAsync(timeout, CancellationToken.None));
        return timeout - Stopwatch.GetElapsedTime(start);
    }
}
