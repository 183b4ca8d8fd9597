namespace Braid.Multiprocessing;

/// <summary>
/// Reports the starts and ends of processes to the event source and the meter. Costs two reads if no one listens; never called under a
/// gate, since listeners are user code.
/// </summary>
internal static class WorkerObserver
{
    public static void OnStart(int pid)
    {
        BraidEventSource.Log.ProcessStarted(pid);
        Count(Instruments.ProcessStarts);
    }

    public static void OnEnd(WorkerEnd end)
    {
        if (!BraidEventSource.Log.IsEnabled() && !Instruments.ProcessExits.Enabled)
        {
            return;
        }

        string reason = end.Reason.ToString();
        BraidEventSource.Log.ProcessStopped(end.Pid, end.ExitCode, reason);
        Count(Instruments.ProcessExits, new KeyValuePair<string, object?>("braid.exit.reason", reason));
    }

    private static void Count(System.Diagnostics.Metrics.Counter<long> counter, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            counter.Add(1, tags);
        }
        catch (Exception exception)
        {
            // A listener that fails must not affect the processes it counts.
            BraidEventSource.Log.UnhandledException(nameof(WorkerObserver), exception.ToString());
        }
    }
}
