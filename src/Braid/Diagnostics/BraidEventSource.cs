using System.Diagnostics.Tracing;

namespace Braid.Diagnostics;

/// <summary>Events of the slow paths: waits that sleep, workers and processes that start and stop, user callbacks that fail.</summary>
[EventSource(Name = "Braid")]
internal sealed class BraidEventSource : EventSource
{
    public static readonly BraidEventSource Log = new();

    private BraidEventSource()
    {
    }

    [Event(1, Level = EventLevel.Informational, Opcode = EventOpcode.Start)]
    public void WaitStart(string primitive, int id) => WriteEvent(1, primitive, id);

    [Event(2, Level = EventLevel.Informational, Opcode = EventOpcode.Stop)]
    public void WaitStop(string primitive, int id, double seconds) => WriteEvent(2, primitive, id, seconds);

    [Event(3, Level = EventLevel.Informational)]
    public void WorkerStarted(string worker) => WriteEvent(3, worker);

    [Event(4, Level = EventLevel.Informational)]
    public void WorkerStopped(string worker) => WriteEvent(4, worker);

    [Event(5, Level = EventLevel.Error)]
    public void UnhandledException(string thread, string exception) => WriteEvent(5, thread, exception);

    [Event(6, Level = EventLevel.Critical)]
    public void InitializerFailed(string executor, string exception) => WriteEvent(6, executor, exception);

    [Event(7, Level = EventLevel.Informational)]
    public void ProcessStarted(int pid) => WriteEvent(7, pid);

    [Event(8, Level = EventLevel.Informational)]
    public void ProcessStopped(int pid, int exitCode, string reason) => WriteEvent(8, pid, exitCode, reason);

    [Event(9, Level = EventLevel.Warning)]
    public void ProcessReplaced(string executor, int pid, string reason) => WriteEvent(9, executor, pid, reason);

    [Event(10, Level = EventLevel.Warning)]
    public void PermitsRestored(int count) => WriteEvent(10, count);

    [Event(11, Level = EventLevel.Warning)]
    public void PossibleDeadlock(string circle) => WriteEvent(11, circle);

    [Event(
        12,
        Level = EventLevel.Warning,
        Message = "{0} bytes of shared memory are kept although their objects are gone, because spans into them may still be in use. " +
            "Dispose of what has memory.")]
    public void MemoryKept(long bytes) => WriteEvent(12, bytes);
}
