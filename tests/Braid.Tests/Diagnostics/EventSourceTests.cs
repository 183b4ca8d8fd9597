using System.Diagnostics.Tracing;

namespace Braid.Tests;

/// <summary>The event source "Braid".</summary>
public sealed class EventSourceTests : TimedTest
{
    [Fact]
    public async Task A_wait_that_sleeps_is_told_at_its_start_and_its_end_and_one_that_does_not_is_not()
    {
        using var listener = new Listener();
        var mutex = new Threading.Lock();
        await using var other = new BlockingActor();
        mutex.Acquire(Cancellation);
        mutex.Release();
        Assert.Empty(listener.EventsOf(mutex));
        mutex.Acquire(Cancellation);
        Assert.False(await other.Do(() => mutex.TryAcquire()));
        Assert.Empty(listener.EventsOf(mutex));
        Task waiting = other.Do(() => mutex.Acquire(CancellationToken.None));
        Eventually.Holds(() => listener.EventsOf(mutex).SequenceEqual(["WaitStart"]));
        mutex.Release();
        await waiting;
        Assert.Equal(["WaitStart", "WaitStop"], listener.EventsOf(mutex));
    }

    private sealed class Listener : EventListener
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<(string Name, string Primitive, int Id)> _events = new();

        public IEnumerable<string> EventsOf(object primitive) =>
            _events.Where(e => e.Id == System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(primitive) && e.Primitive == primitive.GetType().Name).Select(e => e.Name);

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "Braid")
            {
                EnableEvents(eventSource, EventLevel.Informational);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.Payload is [string primitive, int id, ..])
            {
                _events?.Enqueue((eventData.EventName!, primitive, id));
            }
        }
    }
}
