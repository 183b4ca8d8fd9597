using Braid.Futures;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Workers that write over the memory through which they talk to their parent: each is ended with a word about it, and the pool goes on.</summary>
public sealed class DamagedChannelTests : TimedTest
{
    private const int HeadsAt = 64 + 4096;       // in the segment's file: its head, the control page
    private const int ResponsesAt = HeadsAt + SpscRing.HeadBytes;

    [Theory]
    [InlineData(ResponsesAt, -1L)]
    [InlineData(ResponsesAt, 1L << 40)]
    [InlineData(ResponsesAt, 17L)]
    [InlineData(ResponsesAt, long.MinValue)]
    public void A_place_that_cannot_be_ends_its_worker(int offset, long value) => EndsItsWorker("bytes were written", () => WriteOver(offset, value));

    [Fact]
    public void A_message_of_no_known_kind_ends_its_worker() => EndsItsWorker("kind 0x63", static () => WorkerMain.Responses!.Send(kind: 99, id: 1));

    [Fact]
    public void Additions_to_an_unknown_kind_end_its_worker() => EndsItsWorker("kind 0x10013", static () => WorkerMain.Responses!.Send(FrameKind.Result | 0x10000, id: 1));

    [Theory]
    [InlineData(FrameKind.InLargeRing)]
    [InlineData(FrameKind.InItemsRing)]
    public void Bytes_that_are_not_where_they_are_said_to_be_end_their_worker(int where) =>
        EndsItsWorker("in another ring", () => WorkerMain.Responses!.Send(FrameKind.Result | where, id: 1));

    [Fact]
    public void An_answer_to_a_task_that_the_worker_does_not_have_ends_it() => EndsItsWorker("a task that it did not have", static () => WorkerMain.Responses!.Send(FrameKind.Result, id: 1_000_000));

    [Fact]
    public void A_worker_that_claims_to_have_read_what_was_not_sent_is_ended()
    {
        using var pool = new ProcessPoolExecutor(1);
        int pid = PoolFault.WorkerOf(pool);
        pool.Submit(static () => WriteOver(HeadsAt + 64, 1L << 40)).Result();
        Eventually.Holds(() => PoolFault.WorkerOf(pool) != pid);   // the next request finds the place, and waits for another worker
        PoolFault.AssertServes(pool);
    }

    /// <param name="fault">What is said of it.</param>
    /// <param name="damage">What the worker does.</param>
    private static void EndsItsWorker(string fault, Action damage)
    {
        using var pool = new ProcessPoolExecutor(1);
        PoolFault.AssertServes(pool);
        Future<int> call = pool.Submit(int () =>
        {
            damage();
            while (true)
            {
                WorkerMain.Responses!.Send(FrameKind.Progress, id: 0);   // so that the parent looks
            }
        });
        CheckEnd(fault, Assert.Throws<WorkerCrashedException>(() => call.TryResult(out _, Ample)));
        PoolFault.AssertServes(pool);
    }

    private static void CheckEnd(string fault, WorkerCrashedException failure)
    {
        Assert.Equal(ExitReason.Corrupted, failure.Worker?.Reason);
        Assert.Contains(fault, failure.Worker?.Fault, StringComparison.Ordinal);
        Assert.Contains("damaged", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Writes into this process's channel, again and again: Braid writes there too.</summary>
    private static unsafe void WriteOver(int offset, long value)
    {
        string line = File.ReadLines("/proc/self/maps").First(static line => line.Contains("memfd:braid-Channel", StringComparison.Ordinal));
        nint start = nint.Parse(line.AsSpan(0, line.IndexOf('-', StringComparison.Ordinal)), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
        new System.Threading.Thread(() =>
        {
            while (true)
            {
                Volatile.Write(ref *(long*)(start + offset), value);
            }
        })
        { IsBackground = true }.Start();
    }
}
