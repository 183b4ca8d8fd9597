using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What the event source "Braid" tells of processes.</summary>
public sealed class ProcessEventTests : TimedTest
{
    [Fact]
    public void A_worker_is_told_at_its_start_and_its_end_with_the_reason_and_so_is_its_replacement()
    {
        using var pool = New();
        PoolFigures? seen = null;
        using var listener = new Listener(e =>
        {
            if (e.EventName == "ProcessReplaced")
            {
                seen = pool.Figures;   // which takes the pool's gate
            }
        });
        int pid = PoolFault.WorkerOf(pool);
        PoolFault.Signal(pid, PoolFault.Kill);
        string name = pool.ToString().Split(',')[0];
        string[] expected = [$"ProcessReplaced {name} {pid} Signaled", $"ProcessStarted {pid}", $"ProcessStopped {pid} -9 Signaled"];
        Eventually.Holds(() => listener.EventsOf(pid).Length == expected.Length);
        Assert.Equal(expected, listener.EventsOf(pid));
        Eventually.Holds(() => Volatile.Read(ref seen) is { Restarts: 1 });
    }

    [Fact]
    public void A_worker_that_was_told_to_leave_is_not_replaced()
    {
        using var listener = new Listener(static _ => { });
        int pid;
        using (ProcessPoolExecutor pool = New())
        {
            pid = PoolFault.WorkerOf(pool);
        }

        Eventually.Holds(() => listener.EventsOf(pid).Length == 2);
        Assert.Equal([$"ProcessStarted {pid}", $"ProcessStopped {pid} 0 Exited"], listener.EventsOf(pid));
    }

    [Fact]
    public void Permits_that_come_back_from_the_dead_are_told()
    {
        const int Count = 37;   // by which it is known among the events of other tests
        using var listener = new Listener(static _ => { });
        var permits = new Multiprocessing.Semaphore(Count);
        using var mayDie = new RawValue<int>();
        var process = Process.Start(
            static ((Multiprocessing.Semaphore permits, RawValue<int> mayDie) shared) =>
            {
                while (shared.permits.TryAcquire())
                {
                }

                PoolFault.Hang(shared.mayDie);
            },
            (permits, mayDie),
            daemon: true);
        PoolFault.PidOf(mayDie);
        process.Kill();
        permits.Acquire(Cancellation);
        Eventually.Holds(() => listener.EventsOf(Count) is ["PermitsRestored 37"]);
        process.Join(Cancellation);
    }

    /// <summary>With a variable of its own, so that its worker is none that was started in advance.</summary>
    private static ProcessPoolExecutor New() => new(new ProcessPoolOptions { MaxWorkers = 1, Environment = new Dictionary<string, string?> { ["OWN"] = "1" } });

    private sealed class Listener(Action<EventWrittenEventArgs> hear) : EventListener
    {
        private readonly ConcurrentQueue<string> _events = new();

        /// <summary>Those with a number, as that of a process, by name.</summary>
        public string[] EventsOf(int number) => [.. _events.Where(e => e.Split(' ').Contains(number.ToString(CultureInfo.InvariantCulture))).Order(StringComparer.Ordinal)];

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "Braid")
            {
                EnableEvents(eventSource, EventLevel.Informational);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName?.StartsWith('P') == true)
            {
                _events.Enqueue($"{eventData.EventName} {string.Join(' ', eventData.Payload!)}");
                hear(eventData);
            }
        }
    }
}
