using System.Diagnostics.Metrics;
using Braid.Futures;
using Braid.Multiprocessing;

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
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
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
    public void A_queue_that_a_thread_has_waited_for_reports_its_depth()
    {
        const string name = "a queue that is measured";
        var queue = new Braid.Queues.Queue<Guid> { Name = name };
        Assert.DoesNotContain(Read("braid.queue.depth"), seen => seen.Tag == name);
        Assert.False(queue.TryGet(out _, Brief));
        queue.Put(Guid.Empty, Cancellation);
        queue.Put(Guid.Empty, Cancellation);
        Assert.Equal(2, Assert.Single(Read("braid.queue.depth"), seen => seen.Tag == name).Value);
    }

    [Fact]
    public void Queues_of_one_name_are_added_up_and_no_name_is_an_address()
    {
        Braid.Queues.Queue<int>[] queues = [new() { Name = "one of two" }, new(1) { Name = "one of two" }];
        foreach (Braid.Queues.Queue<int> queue in queues)
        {
            Assert.False(queue.TryGet(out _, Brief));
            queue.Put(1, Cancellation);
            Assert.StartsWith("one of two, size=1", queue.ToString(), StringComparison.Ordinal);
        }

        var simple = new Braid.Queues.SimpleQueue<int>();
        Assert.False(simple.TryGet(out _, Brief));
        Assert.Equal(2, Assert.Single(Read("braid.queue.depth"), static seen => seen.Tag == "one of two").Value);
        _listener.RecordObservableInstruments();
        Assert.Contains(_seen, static seen => seen is { Instrument: "braid.queue.depth", Tag: "SimpleQueue" });
        Assert.DoesNotContain(_seen, static seen => seen.Tag is { } tag && (tag.Contains('#', StringComparison.Ordinal) || tag.Contains('`', StringComparison.Ordinal)));
        GC.KeepAlive(queues);
        GC.KeepAlive(simple);
    }

    [Fact]
    public async Task Waits_for_what_is_Braids_own_are_not_measured()
    {
        var mutex = Threading.Lock.OfBraid();
        mutex.Acquire(Cancellation);
        await using var other = new BlockingActor();
        Assert.False(await other.Do(() => mutex.TryAcquire(Brief)));
        using var executor = new ThreadPoolExecutor(1, threadNamePrefix: "idle");
        Future<bool> call = executor.Submit(() => new Threading.Event().TryWait(Brief));
        Assert.False(call.Result(Cancellation));
        executor.Submit(static () => { }).Result(Cancellation);
        string[] waited = [.. _seen.Where(static seen => seen.Instrument == "braid.wait.duration").Select(static seen => seen.Tag!)];
        Assert.Contains("Event", waited);
        Assert.DoesNotContain("InternalLock", waited);
        Assert.DoesNotContain("CallQueue", waited);
    }

    [Fact]
    public async Task A_wait_for_several_objects_is_named_after_them()
    {
        await using var first = new BlockingActor();
        await using var second = new BlockingActor();
        string[] waited = [];
        while (waited.Length < 2)   // a wait that is over before its thread sleeps is in no figure
        {
            var future = new Future<int>();
            var queue = new Queues.Queue<int>();
            Task waits = first.Do(() => { _ = Future.Wait([future]); });
            Task gets = second.Do(() => { _ = Queues.Queue.GetAny([queue]); });
            Eventually.Holds(static () => Diagnostics.WaitGraph.Capture().ToString() is var graph && graph.Contains("1 futures, 1 not done", StringComparison.Ordinal) && graph.Contains("any of 1 queues", StringComparison.Ordinal));
            future.SetResult(1);
            queue.Put(1);
            await Task.WhenAll(waits, gets);
            waited = [.. _seen.Where(static seen => seen.Instrument == "braid.wait.duration").Select(static seen => seen.Tag!).Where(static tag => tag is "Future" or "FutureWatch" or "Queue" or "QueueChoice").Distinct()];
        }

        Assert.Contains("Future", waited);
        Assert.Contains("Queue", waited);
        Assert.DoesNotContain("FutureWatch", waited);
        Assert.DoesNotContain("QueueChoice", waited);
    }

    [Fact]
    public void Durations_are_in_seconds_with_buckets_and_every_instrument_has_a_unit()
    {
        var instruments = new List<Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == "Braid")
            {
                instruments.Add(instrument);
            }
        };
        listener.Start();
        Assert.All(instruments, static instrument => Assert.False(string.IsNullOrEmpty(instrument.Unit) || string.IsNullOrEmpty(instrument.Description)));
        Instrument[] durations = [.. instruments.Where(static instrument => instrument.Name.EndsWith(".duration", StringComparison.Ordinal))];
        Assert.NotEmpty(durations);
        Assert.All(durations, static duration =>
        {
            Assert.Equal("s", duration.Unit);
            IReadOnlyList<double> boundaries = Assert.IsType<Histogram<double>>(duration).Advice!.HistogramBucketBoundaries!;
            Assert.Equal(boundaries.Order(), boundaries);
            Assert.InRange(boundaries[0], 1e-9, 0.001);
        });
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

    [Fact]
    public void A_process_pool_tells_its_tasks_and_workers()
    {
        using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Retries = 1 });
        string name = pool.ToString().Split(',')[0];
        pool.Submit(static () => 1).Result(Cancellation);
        Assert.Throws<InvalidDataException>(() => pool.Submit((Func<int>)(static () => throw new InvalidDataException())).Result(Cancellation));
        Assert.Throws<WorkerCrashedException>(() => pool.Submit(PoolFault.KillMyself).Result(Cancellation));
        using var running = new RawValue<int>();
        Future hangs = pool.Submit(() => PoolFault.Hang(running));
        PoolFault.PidOf(running);
        Assert.True(pool.Submit(static () => 2).Cancel());
        pool.Submit(static () => 3);
        PoolFigures figures = pool.Figures;
        string[] instruments = ["tasks.pending", "tasks.running", "tasks.done", "tasks.failed", "tasks.lost", "tasks.cancelled", "tasks.retried", "process.restarts", "processes"];
        double[] measured = [.. instruments.Select(instrument => Figure($"braid.executor.{instrument}", name))];
        double memory = Figure("braid.executor.process.memory", name);
        Assert.True(hangs.Cancel());   // before the pool is disposed of, whatever comes
        Assert.Equal((1, 1, 1, 2, 1, 1, 1, 2), (figures.Pending, figures.Running, figures.Done, figures.Failed, figures.Lost, figures.Cancelled, figures.Retried, figures.Restarts));
        Assert.Equal([1, 1, 1, 2, 1, 1, 1, 2, 1], measured);
        Assert.InRange(memory, 1e6, 1e9);
    }

    [Fact]
    public void Starts_and_ends_of_processes_are_counted_ends_by_reason()
    {
        Assert.Throws<TaskTimeoutException>(static () => Process.Run(static () => WaitForEver(), timeout: TimeSpan.FromMilliseconds(1), memoryLimit: 500_000_000));
        Eventually.Holds(() => _seen.Any(static seen => seen is { Instrument: "braid.process.exits", Value: 1, Tag: "TimedOut" }));
        Assert.Contains(_seen, static seen => seen is { Instrument: "braid.process.starts", Value: 1, Tag: null });
    }

    [Fact]
    public void A_listener_that_fails_changes_nothing_for_processes()
    {
        using var failing = new MeterListener();
        int asked = 0;
        failing.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name is "braid.process.starts" or "braid.process.exits")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        failing.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            Interlocked.Increment(ref asked);
            throw new InvalidDataException();
        });
        failing.Start();
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal(1, Process.Run(static () => 1, memoryLimit: 500_000_000));
        }

        Eventually.Holds(() => Volatile.Read(ref asked) >= 4);
    }

    public override void Dispose()
    {
        _listener.Dispose();
        base.Dispose();
    }

    private static int WaitForEver()
    {
        new Threading.Event().Wait();
        return 0;
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _seen.Enqueue((instrument.Name, value, tags.IsEmpty ? null : tags[0].Value as string));

    private double Figure(string instrument, string name = "measured") => Assert.Single(Read(instrument), seen => seen.Tag == name).Value;

    private List<(string Instrument, double Value, string? Tag)> Read(string instrument)
    {
        _seen.Clear();
        _listener.RecordObservableInstruments();
        return [.. _seen.Where(seen => seen.Instrument == instrument)];
    }

    private sealed class OneOfItsKind : Braid.Queues.Queue<int>;
}
