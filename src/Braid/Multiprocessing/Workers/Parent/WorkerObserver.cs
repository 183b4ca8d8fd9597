namespace Braid.Multiprocessing;

/// <summary>Reports to the event source and the meter processes that start and end. Costs two reads when no one listens; never called under a gate, since listeners are code of users.</summary>
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
            // A listener that fails must change nothing for the processes it counts.
            BraidEventSource.Log.UnhandledException(nameof(WorkerObserver), exception.ToString());
        }
    }
}
