using System.Diagnostics;
using Versus;
using static Versus.Figures;

namespace Processes;

/// <summary>Braid's side. Each figure is the median of the rounds.</summary>
internal static class Measurements
{
    private const int Hundred = 100_000_000;

    public static List<Row> All(int rounds)
    {
        var rows = new List<Row>();
        Multiprocessing.Process.Run(static () => 1);
        rows.Add(new Row("Process, start to join, spare ready", Median(rounds, StartToJoin), "ms", "Process start and join, forkserver, warm"));
        rows.Add(new Row("Process, start to first message, spare ready", Median(rounds, StartToFirstMessage), "ms", "Process start to first message, forkserver, warm"));
        using (var pool = new Futures.ProcessPoolExecutor(2))
        {
            Warm(pool);
            double[] trips = [.. Enumerable.Range(0, 3000 * rounds).Select(_ => Microseconds(() => pool.Submit(static () => 1).Result())).Order()];
            rows.Add(new Row("ProcessPoolExecutor, there and back, median", trips[trips.Length / 2], "us", "ProcessPoolExecutor round trip, empty task, median"));
            rows.Add(new Row("ProcessPoolExecutor, there and back, p99", trips[trips.Length * 99 / 100], "us", "ProcessPoolExecutor round trip, empty task, p99"));
            rows.Add(new Row("tasks one by one, 2 workers", Median(rounds, () => Rate(50_000, count => pool.Map(static x => x & 1, Enumerable.Range(0, count), chunksize: 1).Sum())), "tasks/s", "Pool.map, 2 workers, chunk size 1", true));
            rows.Add(new Row("Map, tiny tasks, automatic chunks", Median(rounds, () => Rate(2_000_000, count => pool.Map(static x => x, Enumerable.Range(0, count).ToArray()).Sum(static x => (long)x))), "tasks/s", "Pool.map, 2 workers, tiny tasks, best chunk size", true));
            byte[] big = new byte[Hundred];
            Array.Fill(big, (byte)1);
            byte[] target = new byte[Hundred];
            for (int number = 0; number < 6; number++)
            {
                pool.Submit(() => big.Length).Result();   // either worker has seen one
            }

            rows.Add(new Row("100 MB array to a worker", Median(rounds + 3, () => Microseconds(() => pool.Submit(() => big.Length).Result()) / 1000), "ms", "Pool.apply, 100 MB of bytes to a worker"));
            rows.Add(new Row("memcpy of the same", Median(rounds + 3, () => Microseconds(() => big.CopyTo(target, 0)) / 1000), "ms", ""));
            using var shared = new Multiprocessing.RawArray<byte>(Hundred);
            rows.Add(new Row("100 MB shared array to a worker", Median(rounds + 3, () => Microseconds(() => pool.Submit(() => shared.Length).Result()) / 1000), "ms", "Pool.apply, 100 MB of bytes to a worker"));
            for (int number = 0; number < 4; number++)
            {
                DeathToException(pool);   // the code of a first death is compiled then
            }

            rows.Add(new Row("a worker's death to the caller's exception", Median(rounds, () => DeathToException(pool)), "ms", "ProcessPoolExecutor, worker killed to caller told"));
        }

        rows.Add(new Row("Queue, 16 B messages, process to process", Median(rounds, () => QueueRate(200_000, 16)), "messages/s", "multiprocessing.Queue, 16 B messages, 1 producer, 1 consumer", true));
        rows.Add(new Row("Queue, 64 KiB messages, process to process", Median(rounds, () => QueueRate(10_000, 65_536)), "messages/s", "multiprocessing.Queue, 64 KiB messages, 1 producer, 1 consumer", true));
        double[] messages = RoundTrips(rounds);
        rows.Add(new Row("Connection over a Unix socket, there and back, 16 B, median", messages[messages.Length / 2], "us", "Connection over a Unix socket, there and back, 16 B, median"));
        rows.Add(new Row("Connection over a Unix socket, there and back, 16 B, p99", messages[messages.Length * 99 / 100], "us", "Connection over a Unix socket, there and back, 16 B, p99"));
        rows.AddRange(ManagerMeasurements.All(rounds));
        var shared1 = new Multiprocessing.Lock();
        var local = new Threading.Lock();
        rows.Add(new Row("Lock across processes, uncontended", Median(rounds, () => Nanoseconds(() => Acquire(shared1))), "ns", "multiprocessing.Lock, uncontended acquire and release"));
        rows.Add(new Row("Lock inside the process, uncontended", Median(rounds, () => Nanoseconds(() => Acquire(local))), "ns", ""));
        return rows;
    }

    private static double StartToJoin()
    {
        AwaitSpare();
        return Microseconds(() => Multiprocessing.Process.Start(static () => { }).Join()) / 1000;
    }

    /// <summary>The spare of the last round is being started; these rows are about one that is ready.</summary>
    private static void AwaitSpare() => Thread.Sleep(500);

    private static double StartToFirstMessage()
    {
        AwaitSpare();
        (Multiprocessing.Connection mine, Multiprocessing.Connection childs) = Multiprocessing.Pipe.Create();
        Multiprocessing.Process child = null!;
        double took = Microseconds(() =>
        {
            child = Multiprocessing.Process.Start(() => childs.SendBytes([1]));
            mine.RecvBytes();
        }) / 1000;
        child.Join();
        mine.Dispose();
        childs.Dispose();
        return took;
    }

    private static double DeathToException(Futures.ProcessPoolExecutor pool)
    {
        using var pid = new Multiprocessing.RawValue<int>();
        Futures.Future call = pool.Submit(() =>
        {
            pid.Value = Environment.ProcessId;   // it has begun: before that, the pool would give it to another worker without a word
            new Threading.Event().Wait();
        });
        while (pid.Value == 0)
        {
        }

        Process victim = Process.GetProcessById(pid.Value);
        return Microseconds(() =>
        {
            victim.Kill();
            _ = call.Exception();
        }) / 1000;
    }

    private static double QueueRate(int count, int bytes)
    {
        using var queue = new Multiprocessing.Queue<byte[]>();
        var producer = Multiprocessing.Process.Start(() =>
        {
            byte[] message = new byte[bytes];
            for (int number = 0; number < count; number++)
            {
                queue.Put(message);
            }
        });
        queue.Get();   // it has begun
        double rate = Rate(count - 1, left =>
        {
            for (int number = 0; number < left; number++)
            {
                queue.Get();
            }

            return left;
        });
        producer.Join();
        return rate;
    }

    /// <summary>In order: how long a message takes to another process and back, over a socket.</summary>
    private static double[] RoundTrips(int rounds)
    {
        byte[] key = "a key for measurements"u8.ToArray();
        using var listener = new Multiprocessing.Listener(authKey: key);
        string address = listener.Address.Path!;
        var child = Multiprocessing.Process.Start(() =>
        {
            using Multiprocessing.Connection connection = Multiprocessing.Client.Connect(address, key);
            while (connection.RecvBytes() is { Length: > 0 } message)
            {
                connection.SendBytes(message);
            }
        });
        using Multiprocessing.Connection mine = listener.Accept();
        byte[] message = new byte[16];
        for (int number = 0; number < 10_000; number++)
        {
            ThereAndBack();
        }

        double[] trips = [.. Enumerable.Range(0, 2000 * rounds).Select(_ => Microseconds(ThereAndBack)).Order()];
        mine.SendBytes([]);
        child.Join();
        return trips;

        void ThereAndBack()
        {
            mine.SendBytes(message);
            mine.RecvBytes();
        }
    }

    private static void Warm(Futures.ProcessPoolExecutor pool)
    {
        for (int number = 0; number < 20_000; number++)
        {
            pool.Submit(static () => 1).Result();
        }
    }

    private static void Acquire(Multiprocessing.Lock gate)
    {
        gate.Acquire();
        gate.Release();
    }

    private static void Acquire(Threading.Lock gate)
    {
        gate.Acquire();
        gate.Release();
    }

    private static double Nanoseconds(Action action)
    {
        const int Times = 2_000_000;
        long started = Stopwatch.GetTimestamp();
        for (int time = 0; time < Times; time++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / Times;
    }

    private static double Rate<T>(int count, Func<int, T> action)
    {
        long started = Stopwatch.GetTimestamp();
        _ = action(count);
        return count / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    internal static double Microseconds(Action action)
    {
        long started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds;
    }
}
