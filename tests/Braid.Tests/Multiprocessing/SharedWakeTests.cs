using System.Diagnostics;

namespace Braid.Tests;

/// <summary>Whom a wake reaches, of those who await a shared object and those who sleep for it.</summary>
public sealed class SharedWakeTests : TimedTest
{
    private const string AwaitingThread = "Braid shared waits";
    private const int Rounds = 21;

    [Fact]
    public async Task A_wake_for_somebody_who_awaits_no_longer_is_passed_on()
    {
        using var mutex = new Multiprocessing.Lock();
        var delays = new List<TimeSpan>();
        for (int round = 0; round < Rounds; round++)
        {
            mutex.Acquire(Cancellation);
            using var cancel = new CancellationTokenSource();
            Task leaving = mutex.AcquireAsync(cancel.Token).AsTask();
            Eventually.Holds(() => SystemView.Sleeps(AwaitingThread));
            string name = $"sleeper {round}";
            long acquired = 0;
            var sleeper = new System.Threading.Thread(() =>
            {
                mutex.Acquire(Cancellation);
                acquired = Stopwatch.GetTimestamp();
            })
            { Name = name };
            sleeper.Start();
            Eventually.Holds(() => mutex.WaiterCount == 2 && SystemView.Sleeps(name));
            cancel.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
            long released = Stopwatch.GetTimestamp();
            mutex.Release();
            sleeper.Join();
            delays.Add(Stopwatch.GetElapsedTime(released, acquired));
            mutex.Release();
        }

        // What is not passed on is found at the end of a slice of 50 ms. A busy machine may delay one wake or another, not nearly all.
        Assert.True(delays.Order().ElementAt(Rounds / 4) < TimeSpan.FromMilliseconds(25), $"The wakes took {string.Join(", ", delays.Select(delay => $"{delay.TotalMilliseconds:0}"))} ms.");
    }
}
