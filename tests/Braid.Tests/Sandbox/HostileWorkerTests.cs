using System.Globalization;
using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>
/// Workers in a sandbox that write whatever they like into the memory that they share with their parent: each costs its own call, and the
/// parent goes on, with the other workers of the pool.
/// </summary>
public sealed unsafe class HostileWorkerTests : SandboxedTest
{
    private const int HeadBytes = 64;          // of a segment
    private const int ControlBytes = 8192;     // the control page and the heads of the rings
    private const int RingBytes = 1 << 20;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    public static TheoryData<string, int> Ways
    {
        get
        {
            var ways = new TheoryData<string, int>();
            foreach (string way in (string[])["heads", "words", "frames", "bells"])
            {
                for (int seed = 1; seed <= 4; seed++)
                {
                    ways.Add(way, seed);
                }
            }

            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Nonsense_costs_one_call(string way, int seed)
    {
        using var pool = new ProcessPoolExecutor(
            new ProcessPoolOptions { MaxWorkers = 2, TaskTimeout = s_limit, Sandbox = Sandbox.Strict });
        PoolFault.AssertServes(pool);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Future<int> hostile = pool.Submit(int () => Attack(way, seed));
        Future<int>[] others = [.. Enumerable.Range(0, 20).Select(number => pool.Submit(() => number))];
        Assert.Equal(Enumerable.Range(0, 20), others.Select(call => call.Result(Cancellation)));
        Exception? failure = hostile.Exception(Cancellation);
        Assert.True(
            failure is null or WorkerCrashedException or TaskTimeoutException or PayloadException or InvalidDataException,
            failure?.ToString());
        PoolFault.AssertServes(pool);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 200_000_000);
    }

    [Theory]
    [InlineData(FrameKind.Result)]
    [InlineData(FrameKind.Failure)]
    [InlineData(FrameKind.Unsent)]
    [InlineData(FrameKind.Result | FrameKind.CarriesSegments)]
    [InlineData(FrameKind.Failure | FrameKind.CarriesSegments)]
    public void An_answer_without_bytes_is_damaged(int kind)
    {
        Exception failure = Assert.ThrowsAny<Exception>(() => Process.Run(
            string () =>
            {
                WorkerMain.Responses!.Send(kind, 1);
                new Threading.Event().Wait();
                return "";
            },
            sandbox: Sandbox.Strict));
        Assert.True(failure is PayloadException or InvalidDataException, failure.ToString());
        Assert.Contains("damaged", failure.Message, StringComparison.Ordinal);
    }

    private static int Attack(string way, int seed)
    {
        var random = new Random(seed);
        byte* channel = AddressOf("memfd:braid-Channel");
        byte* table = AddressOf("memfd:braid-ProcessTable");
        while (true)
        {
            switch (way)
            {
                case "heads":
                    Write(channel + HeadBytes, ControlBytes);
                    break;
                case "words":
                    Write(channel + HeadBytes, ControlBytes + (2 * RingBytes));
                    break;
                case "frames":
                    WorkerMain.Responses!.Send(
                        random.Next(FrameKind.Hello, FrameKind.Unsent + 1) | (random.Next(2) << random.Next(8, 16)), random.Next(-1, 5));
                    break;
                default:
                    Write(table + HeadBytes, 64 * 4096);
                    WorkerMain.Responses!.Send(FrameKind.Progress, 0);
                    break;
            }
        }

        void Write(byte* start, int bytes) =>
            Volatile.Write(ref *(long*)(start + (random.Next(bytes / sizeof(long)) * sizeof(long))), random.Next(4) switch
            {
                0 => random.NextInt64(long.MinValue, long.MaxValue),
                1 => random.Next(0, 100_000) * 32L,
                2 => -1L << random.Next(0, 63),
                _ => random.Next(),
            });
    }

    private static byte* AddressOf(string memory)
    {
        string line = File.ReadLines("/proc/self/maps").First(line => line.Contains(memory, StringComparison.Ordinal));
        return (byte*)nint.Parse(
            line.AsSpan(0, line.IndexOf('-', StringComparison.Ordinal)), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
