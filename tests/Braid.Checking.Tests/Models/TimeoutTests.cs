using System.Diagnostics;

namespace Braid.Checking.Tests.Models;

/// <summary>Time limits expire in virtual time, and at the right time.</summary>
public class TimeoutTests
{
    private static readonly CheckOptions s_few = new() { Schedules = 50 };

    public static TheoryData<string> Waits =>
    [
        "Monitor", "Lock", "SemaphoreSlim", "ManualResetEventSlim", "AutoResetEvent", "Mutex", "Semaphore", "WaitAny", "WaitAll", "read",
        "write", "upgradeable", "SpinLock", "SpinUntil",
    ];

    [Theory]
    [MemberData(nameof(Waits))]
    public void A_wait_of_ten_minutes_ends_in_virtual_time(string kind)
    {
        var clock = Stopwatch.StartNew();
        Check.Run(() => WaitInVain(kind, 600_000), s_few);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void A_signal_before_the_time_limit_is_consumed()
    {
        Check.Run(
            () =>
            {
                var gate = new ManualResetEventSlim();
                var signal = new AutoResetEvent(false);
                var permits = new SemaphoreSlim(0);
                var giver = new Thread(() =>
                {
                    Thread.Sleep(50);
                    gate.Set();
                    signal.Set();
                    permits.Release();
                });
                giver.Start();
                Require(gate.Wait(100), "the gate");
                Require(signal.WaitOne(100), "the event");
                Require(permits.Wait(100), "the semaphore");
                giver.Join();
            },
            s_few);
    }

    [Fact]
    public void A_wait_does_not_wait_for_a_signal_after_its_time_limit()
    {
        Check.Run(
            () =>
            {
                var signal = new AutoResetEvent(false);
                var giver = new Thread(() =>
                {
                    Thread.Sleep(200);
                    signal.Set();
                });
                giver.Start();
                Require(!signal.WaitOne(100), "no signal yet");
                Require(signal.WaitOne(200), "the signal");
                giver.Join();
            },
            s_few);
    }

    [Fact]
    public void A_thread_can_hold_a_lock_longer_than_another_waits_for_it()
    {
        CheckReport report = Check.Explore(() =>
        {
            var gate = new SemaphoreSlim(1);
            var holder = new Thread(() =>
            {
                gate.Wait();
                Thread.Sleep(1000);
                gate.Release();
            });
            holder.Start();
            Require(gate.Wait(100), "the permit");
            gate.Release();
            holder.Join();
        });
        Assert.Equal(Verdict.AssertionFailed, report.Verdict);
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException(what);
        }
    }

    private static void WaitInVain(string kind, int milliseconds)
    {
        var taken = new TakenLocks();
        var holder = new Thread(() => taken.HoldUntilReleased());
        holder.Start();
        taken.AreTaken.Wait();
        Require(!taken.TryOne(kind, milliseconds), kind);
        taken.Release.Set();
        holder.Join();
    }
}
