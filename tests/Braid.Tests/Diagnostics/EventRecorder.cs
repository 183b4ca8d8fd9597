using System.Diagnostics.Tracing;

namespace Braid.Tests;

/// <summary>Keeps the texts of one event of the source "Braid".</summary>
internal sealed class EventRecorder(string name) : EventListener
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _texts = new();

    public int Count => _texts.Count;

    public string Last => _texts.Last();

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Braid")
        {
            EnableEvents(eventSource, EventLevel.Informational);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName == name)
        {
            _texts?.Enqueue(string.Join(' ', eventData.Payload!));
        }
    }
}
