namespace Braid.Checking.Tests.Soundness;

/// <summary>A pass that relies on sequential consistency says where a processor could behave differently.</summary>
public sealed class StoreLoadTests
{
    [Fact]
    public void Two_threads_that_each_write_one_place_and_read_the_others_are_noted()
    {
        CheckReport report = Dekker(Fence.None);
        Assert.Equal((Verdict.Passed, false), (report.Verdict, report.Exhaustive));
        string note = Assert.Single(report.Notes);
        Assert.Contains("store-load reordering", note, StringComparison.Ordinal);
        Assert.Contains("thread 1 writes", note, StringComparison.Ordinal);
        Assert.Contains("main writes", note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Fence.Exchange)]
    [InlineData(Fence.Barrier)]
    [InlineData(Fence.Lock)]
    public void A_full_fence_in_between_forbids_it(Fence fence)
    {
        CheckReport report = Dekker(fence);
        Assert.Equal((Verdict.Passed, true, 0), (report.Verdict, report.Exhaustive, report.Notes.Count));
    }

    [Fact]
    public void One_after_the_other_is_no_reordering()
    {
        CheckReport report = Check.Explore(() =>
        {
            int[] places = [0, 0];
            Volatile.Write(ref places[0], 1);
            _ = Volatile.Read(ref places[1]);
            var other = new Thread(() =>
            {
                Volatile.Write(ref places[1], 1);
                _ = Volatile.Read(ref places[0]);
            });
            other.Start();
            other.Join();
        });
        Assert.Equal((Verdict.Passed, true, 0), (report.Verdict, report.Exhaustive, report.Notes.Count));
    }

    [Fact]
    public void A_writer_and_a_reader_in_the_same_order_are_no_reordering()
    {
        CheckReport report = Check.Explore(() =>
        {
            int[] places = [0, 0];
            var other = new Thread(() =>
            {
                Volatile.Write(ref places[0], 1);
                Volatile.Write(ref places[1], 1);
            });
            other.Start();
            _ = Volatile.Read(ref places[1]);
            _ = Volatile.Read(ref places[0]);
            other.Join();
        });
        Assert.Equal((Verdict.Passed, true, 0), (report.Verdict, report.Exhaustive, report.Notes.Count));
    }

    private static CheckReport Dekker(Fence fence) => Check.Explore(() =>
    {
        int[] places = [0, 0];
        var other = new Thread(() => _ = IsFree(fence, ref places[0], ref places[1]));
        other.Start();
        _ = IsFree(fence, ref places[1], ref places[0]);
        other.Join();
    });

    private static bool IsFree(Fence fence, ref int mine, ref int theirs)
    {
        switch (fence)
        {
            case Fence.Exchange:
                Interlocked.Exchange(ref mine, 1);
                break;
            case Fence.Barrier:
                Volatile.Write(ref mine, 1);
                Interlocked.MemoryBarrier();
                break;
            case Fence.Lock:
                Volatile.Write(ref mine, 1);
                lock (new object())
                {
                }

                break;
            default:
                Volatile.Write(ref mine, 1);
                break;
        }

        return Volatile.Read(ref theirs) == 0;
    }

    /// <summary>What stands between the write and the read.</summary>
    public enum Fence
    {
        None,
        Exchange,
        Barrier,
        Lock,
    }
}
