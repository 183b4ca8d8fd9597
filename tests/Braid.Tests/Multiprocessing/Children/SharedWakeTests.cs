using System.Diagnostics;

namespace Braid.Tests;

/// <summary>Whom a wake reaches, of those who sleep for a shared object. What it does not reach goes on at the end of a slice of 50 ms.</summary>
[Collection(nameof(ChildActors))]
public sealed class SharedWakeTests(ActorStock stock) : TimedTest
{
    private const string AwaitingThread = "Braid shared waits";
    private const int Rounds = 21;

    private readonly List<TimeSpan> _delays = [];

    [Fact]
    public async Task A_wake_for_a_waiter_that_awaits_no_longer_is_passed_on()
    {
        var mutex = new Multiprocessing.Lock();
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
            _delays.Add(Stopwatch.GetElapsedTime(released, acquired));
            mutex.Release();
        }

        AssertNotLeftToTheSlice();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wake_reaches_who_sleeps_in_another_process(bool awaits)
    {
        using var e = new Multiprocessing.Event();
        await using ProcessActor sleeper = stock.NewActor(awaits);
        for (int round = 0; round < Rounds; round++)
        {
            Task<long> waiting = sleeper.Do(
                () =>
                {
                    e.Wait(Cancellation);
                    return Stopwatch.GetTimestamp();
                },
                async () =>
                {
                    await e.WaitAsync(Cancellation);
                    return Stopwatch.GetTimestamp();
                });
            Eventually.Holds(() => e.WaiterCount == 1 && SystemView.Sleeps(sleeper.Pid));
            long set = Stopwatch.GetTimestamp();
            e.Set();
            _delays.Add(Stopwatch.GetElapsedTime(set, await waiting));
            e.Clear();
        }

        AssertNotLeftToTheSlice();
    }

    /// <summary>A busy machine delays one wake or another, not nearly all.</summary>
    private void AssertNotLeftToTheSlice() => Assert.True(
        _delays.Order().ElementAt(Rounds / 4) < TimeSpan.FromMilliseconds(25),
        $"The wakes took {string.Join(", ", _delays.Select(delay => $"{delay.TotalMilliseconds:0}"))} ms.");
}
