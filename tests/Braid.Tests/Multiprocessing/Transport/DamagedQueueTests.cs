using Braid.Futures;
using Braid.Multiprocessing;
using Braid.Queues;

namespace Braid.Tests;

/// <summary>A queue, and a pipe, over whose memory another process writes: every call ends, by itself or with an exception that says it, and nothing outside is touched.</summary>
public sealed class DamagedQueueTests() : TimedTest(TimeSpan.FromMinutes(10))
{
    private const int FirstRegion = RingState.Size;   // from the beginning of the ring: the head of its first message

    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(5);

    public static TheoryData<int, int> Fields => new()
    {
        { 0, RingCursor.Size },                                      // where it is put
        { RingCursor.Size, 2 * RingCursor.Size },                    // where it is got
        { 256, 464 },                                                // counts and limits
        { RingState.PutGateAt, RingState.PutGateAt + 48 },           // gates and their logs
        { RingState.GetGateAt, RingState.GetGateAt + 48 },
        { FirstRegion, FirstRegion + 32 },                           // lengths, and what they say of handles
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void Whatever_is_written_over_a_queue_every_call_on_it_ends(int from, int to)
    {
        var random = new Random(from);
        int found = 0;
        using var scribbler = new ProcessPoolExecutor(1);
        for (int offset = from; offset < to; offset += 4)
        {
            foreach (int value in (ReadOnlySpan<int>)[-1, int.MaxValue, int.MinValue, random.Next()])
            {
                using var queue = new Multiprocessing.Queue<byte[]>();
                queue.Put(new byte[100]);
                queue.Put(new byte[70_000]);   // in another ring
                queue.Put(new byte[100]);
                int at = offset;
                scribbler.Submit(() => Scribble(queue, at, value)).Result();
                for (int call = 0; call < 4; call++)
                {
                    found += Try(() => queue.TryGet(out _, s_short)) + Try(() => queue.TryPut(new byte[200], s_short));
                }

                Try(() => queue.Qsize >= 0);
            }
        }

        Assert.True(found > 0 || from is 256 or RingState.PutGateAt or RingState.GetGateAt, "Nothing of it was found.");
        PoolFault.AssertServes(scribbler);
    }

    [Theory]
    [InlineData(FirstRegion + 4, int.MaxValue, "handles of shared memory")]    // its length
    [InlineData(FirstRegion + 4, int.MinValue, "it goes on in ring")]          // a note where to go on
    [InlineData(RingCursor.Size + 24, int.MaxValue, "got up to")]                // how many were got
    public void A_damaged_place_is_told_as_such(int offset, int value, string what)
    {
        using var queue = new Multiprocessing.Queue<int>();
        queue.Put(1);
        using var scribbler = new ProcessPoolExecutor(1);
        scribbler.Submit(() => Scribble(queue, offset, value)).Result();
        var told = Assert.Throws<InvalidDataException>(() => queue.Get());
        Assert.Contains("Queue is damaged", told.Message, StringComparison.Ordinal);
        Assert.Contains(what, told.Message, StringComparison.Ordinal);
    }

    /// <returns>1 when it was found out, else 0.</returns>
    private static int Try(Func<bool> call)
    {
        try
        {
            call();
            return 0;
        }
        catch (InvalidDataException)
        {
            return 1;
        }
        catch (Exception exception) when (exception is PayloadException or QueueShutDownException or OutOfMemoryException)
        {
            return 0;   // a place that could have been: what lies there is no message of its own
        }
    }

    private static unsafe int Scribble<T>(Multiprocessing.Queue<T> queue, int offset, int value)
    {
        Volatile.Write(ref *(int*)(((IShared)queue).Segment.Data + offset), value);
        return 0;
    }
}
