using System.Diagnostics.Metrics;
using Braid.Futures;

namespace Braid.Tests;

/// <summary>The meter "Braid".</summary>
public sealed class MeterTests : TimedTest
{
    private readonly MeterListener _listener = new();
    private readonly System.Collections.Concurrent.ConcurrentQueue<(string Instrument, double Value, string? Tag)> _seen = new();

    public MeterTests()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Braid")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _seen.Enqueue((instrument.Name, value, tags[0].Value as string)));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _seen.Enqueue((instrument.Name, value, tags[0].Value as string)));
        _listener.Start();
    }

    [Fact]
    public async Task A_wait_that_sleeps_is_measured_by_primitive()
    {
        var queue = new OneOfItsKind();
        await using var other = new BlockingActor();
        await other.Do(() => Assert.False(queue.TryGet(out _, Brief)));
        (_, double seconds, _) = Assert.Single(_seen, seen => seen.Instrument == "braid.wait.duration" && seen.Tag == queue.GetType().Name);
        Assert.InRange(seconds, double.Epsilon, Ample.TotalSeconds);   // less than the timeout, part of which is spent before the sleep
    }

    [Fact]
    public void A_queue_that_somebody_waited_for_tells_its_depth()
    {
        var queue = new Braid.Queues.Queue<Guid>();
        string name = ((Braid.Diagnostics.IMeasured)queue).MeasuredName;
        Assert.DoesNotContain(Read("braid.queue.depth"), seen => seen.Tag == name);
        Assert.False(queue.TryGet(out _, Brief));
        queue.Put(Guid.Empty, Cancellation);
        queue.Put(Guid.Empty, Cancellation);
        Assert.Equal(2, Assert.Single(Read("braid.queue.depth"), seen => seen.Tag == name).Value);
    }

    [Fact]
    public void An_executor_tells_its_calls_and_workers()
    {
        using var executor = new ThreadPoolExecutor(maxWorkers: 1, threadNamePrefix: "measured");
        var mayEnd = new Threading.Event();
        var hasBegun = new Threading.Event();
        executor.Submit(() => 1).Result(Cancellation);
        Assert.Throws<InvalidDataException>(() => executor.Submit((Func<int>)(() => throw new InvalidDataException())).Result(Cancellation));
        Future running = executor.Submit(() =>
        {
            hasBegun.Set();
            mayEnd.Wait();
        });
        hasBegun.Wait(Cancellation);
        executor.Submit(() => 2);
        Assert.Equal(1, Figure("braid.executor.tasks.pending"));
        Assert.Equal(1, Figure("braid.executor.tasks.running"));
        Assert.Equal(1, Figure("braid.executor.tasks.done"));
        Assert.Equal(1, Figure("braid.executor.tasks.failed"));
        Assert.Equal(1, Figure("braid.executor.workers"));
        mayEnd.Set();
        running.Result(Cancellation);
        executor.Shutdown();
        Assert.Equal(0, Figure("braid.executor.tasks.pending"));
        Assert.Equal(0, Figure("braid.executor.tasks.running"));
        Assert.Equal(3, Figure("braid.executor.tasks.done"));
        Assert.Equal(0, Figure("braid.executor.workers"));
    }

    public override void Dispose()
    {
        _listener.Dispose();
        base.Dispose();
    }

    private double Figure(string instrument) => Assert.Single(Read(instrument), seen => seen.Tag == "measured").Value;

    private List<(string Instrument, double Value, string? Tag)> Read(string instrument)
    {
        _seen.Clear();
        _listener.RecordObservableInstruments();
        return [.. _seen.Where(seen => seen.Instrument == instrument)];
    }

    private sealed class OneOfItsKind : Braid.Queues.Queue<int>;
}
