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

    /// <summary>With a variable of its own, so that its worker is none that was started in advance.</summary>
    private static ProcessPoolExecutor New() => new(new ProcessPoolOptions { MaxWorkers = 1, Environment = new Dictionary<string, string?> { ["OWN"] = "1" } });

    private sealed class Listener(Action<EventWrittenEventArgs> hear) : EventListener
    {
        private readonly ConcurrentQueue<string> _events = new();

        /// <summary>Those of one process, by name.</summary>
        public string[] EventsOf(int pid) => [.. _events.Where(e => e.Split(' ').Contains(pid.ToString(CultureInfo.InvariantCulture))).Order(StringComparer.Ordinal)];

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "Braid")
            {
                EnableEvents(eventSource, EventLevel.Informational);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName?.StartsWith("Process", StringComparison.Ordinal) == true)
            {
                _events.Enqueue($"{eventData.EventName} {string.Join(' ', eventData.Payload!)}");
                hear(eventData);
            }
        }
    }
}
