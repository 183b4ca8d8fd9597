using System.Diagnostics.Metrics;

namespace Braid.Diagnostics;

/// <summary>The meter "Braid". Everything but the wait histogram is read from the living objects when somebody asks, so counting costs nothing.</summary>
internal static class Instruments
{
    private static readonly Meter s_meter = new("Braid");
    private static readonly WeakRegistry<IMeasured> s_measured = new();

    public static readonly Histogram<double> WaitDuration =
        s_meter.CreateHistogram<double>("braid.wait.duration", "s", "Time threads slept in Braid's primitives, by primitive.");

    /// <summary>Has the object's figures read by the meter from now on, as long as it lives.</summary>
    public static void Register(IMeasured measured) => s_measured.Add(measured);

    static Instruments()
    {
        s_meter.CreateObservableUpDownCounter("braid.queue.depth", () => Read("braid.queue.depth"), "{item}", "Items in queues that somebody has waited for.");
        s_meter.CreateObservableUpDownCounter("braid.executor.tasks.pending", () => Read("braid.executor.tasks.pending"), "{task}", "Calls submitted and not begun.");
        s_meter.CreateObservableUpDownCounter("braid.executor.tasks.running", () => Read("braid.executor.tasks.running"), "{task}", "Calls running.");
        s_meter.CreateObservableCounter("braid.executor.tasks.done", () => Read("braid.executor.tasks.done"), "{task}", "Calls that ended with a result.");
        s_meter.CreateObservableCounter("braid.executor.tasks.failed", () => Read("braid.executor.tasks.failed"), "{task}", "Calls that ended with an exception.");
        s_meter.CreateObservableUpDownCounter("braid.executor.workers", () => Read("braid.executor.workers"), "{thread}", "Worker threads.");
    }

    private static IEnumerable<Measurement<long>> Read(string instrument)
    {
        foreach (IMeasured measured in s_measured.Snapshot())
        {
            if (measured.Measure(instrument) is long value)
            {
                yield return new Measurement<long>(value, new KeyValuePair<string, object?>("braid.name", measured.MeasuredName));
            }
        }
    }
}

/// <summary>An object whose figures the meter can read.</summary>
internal interface IMeasured
{
    string MeasuredName { get; }

    long? Measure(string instrument);
}
