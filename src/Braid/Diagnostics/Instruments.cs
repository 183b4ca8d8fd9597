using System.Diagnostics.Metrics;

namespace Braid.Diagnostics;

/// <summary>
/// The meter "Braid". Everything except waits and the starts and ends of processes is read from the living objects on request, so counting
/// costs nothing.
/// </summary>
internal static class Instruments
{
    private static readonly Meter s_meter = new("Braid");

    /// <summary>From a thread's wake-up time to waits that no one should see.</summary>
    private static readonly InstrumentAdvice<double> s_waitBuckets = new()
    {
        HistogramBucketBoundaries = [0.00001, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60],
    };

    private static readonly WeakRegistry<IMeasured> s_measured = new();

    public static readonly Histogram<double> WaitDuration =
        s_meter.CreateHistogram(
            "braid.wait.duration", "s", "Time threads slept in Braid's primitives, by primitive.", tags: null, s_waitBuckets);

    public static readonly Counter<long> ProcessStarts =
        s_meter.CreateCounter<long>("braid.process.starts", "{process}", "Processes started, spare ones included.");

    public static readonly Counter<long> ProcessExits =
        s_meter.CreateCounter<long>("braid.process.exits", "{process}", "Processes that have ended, by reason.");

    /// <summary>Makes the meter read the object's figures from now on, as long as it lives.</summary>
    public static void Register(IMeasured measured) => s_measured.Add(measured);

    static Instruments()
    {
        s_meter.CreateObservableUpDownCounter(
            "braid.queue.depth", () => Read("braid.queue.depth"), "{item}", "Items in queues that have ever been waited for.");
        s_meter.CreateObservableUpDownCounter(
            "braid.executor.tasks.pending", () => Read("braid.executor.tasks.pending"), "{task}", "Calls submitted and not begun.");
        s_meter.CreateObservableUpDownCounter(
            "braid.executor.tasks.running", () => Read("braid.executor.tasks.running"), "{task}", "Calls running.");
        s_meter.CreateObservableCounter(
            "braid.executor.tasks.done", () => Read("braid.executor.tasks.done"), "{task}", "Calls that ended with a result.");
        s_meter.CreateObservableCounter(
            "braid.executor.tasks.failed", () => Read("braid.executor.tasks.failed"), "{task}", "Calls that ended with an exception.");
        s_meter.CreateObservableUpDownCounter(
            "braid.executor.workers", () => Read("braid.executor.workers"), "{thread}", "Worker threads.");
        s_meter.CreateObservableCounter(
            "braid.executor.tasks.cancelled",
            () => Read("braid.executor.tasks.cancelled"),
            "{task}",
            "Calls to processes that were cancelled.");
        s_meter.CreateObservableCounter(
            "braid.executor.tasks.retried",
            () => Read("braid.executor.tasks.retried"),
            "{task}",
            "Attempts of calls to processes that were not the last.");
        s_meter.CreateObservableCounter(
            "braid.executor.tasks.lost",
            () => Read("braid.executor.tasks.lost"),
            "{task}",
            "Failed calls whose process ended before it had answered.");
        s_meter.CreateObservableUpDownCounter(
            "braid.executor.processes", () => Read("braid.executor.processes"), "{process}", "Worker processes.");
        s_meter.CreateObservableCounter(
            "braid.executor.process.restarts",
            () => Read("braid.executor.process.restarts"),
            "{process}",
            "Worker processes that ended without having been told to.");
        s_meter.CreateObservableUpDownCounter(
            "braid.executor.process.memory", () => Read("braid.executor.process.memory"), "By", "Private memory of the worker processes.");
    }

    /// <summary>The figures of all objects, added up by name: a reader would treat two figures with the same tags as one.</summary>
    private static IEnumerable<Measurement<long>> Read(string instrument)
    {
        var sums = new Dictionary<string, long>();
        foreach (IMeasured measured in s_measured.Snapshot())
        {
            if (measured.Measure(instrument) is long value)
            {
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(sums, measured.MeasuredName, out _) += value;
            }
        }

        return sums.Select(static sum => new Measurement<long>(sum.Value, new KeyValuePair<string, object?>("braid.name", sum.Key)));
    }
}

/// <summary>An object whose figures the meter can read.</summary>
internal interface IMeasured
{
    string MeasuredName { get; }

    long? Measure(string instrument);
}
