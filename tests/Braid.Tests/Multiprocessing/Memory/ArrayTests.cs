using Braid.Multiprocessing;

namespace Braid.Tests;

public sealed class ArrayTests : TimedTest
{
    [Fact]
    public void Fresh_items_are_zero_and_given_ones_are_copied()
    {
        using var zeroes = new Array<double>(4);
        using var array = new Array<int>([3, 1, 2]);
        using var fromList = new Array<int>(Enumerable.Range(0, 3));
        Assert.Equal([0, 0, 0, 0], zeroes);
        Assert.Equal([3, 1, 2], array);
        Assert.Equal([0, 1, 2], fromList);
        Assert.Equal(3, array.Length);
        Assert.Equal(3, array.LongLength);
    }

    [Fact]
    public void Items_are_read_and_written_one_by_one_and_many_at_once()
    {
        using var array = new Array<int>(5);
        array[0] = 1;
        array[1L] = 2;
        array[^1] = 5;
        array.CopyFrom([3, 4], start: 2);
        int[] copy = new int[6];
        array.CopyTo(copy);
        Assert.Equal([1, 2, 3, 4, 5, 0], copy);
        Assert.Equal([2, 3], array[1..3]);
        Assert.Equal([4, 5], array.Slice(3L, 2));
        Assert.False(array.Lock.Locked);
    }

    [Fact]
    public void What_is_out_of_range_is_refused_and_releases_the_lock()
    {
        using var array = new Array<int>(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => array[3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => array[-1] = 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => array.Slice(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => array.CopyFrom([1, 2], start: 2));
        Assert.Throws<ArgumentException>(() => array.CopyTo(new int[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => array.Add(3, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Array<int>(-1));
        Assert.False(array.Lock.Locked);
        Assert.Equal([0, 0, 0], array);
    }

    [Fact]
    public void Additions_of_several_threads_and_twins_are_all_there()
    {
        const int Rounds = 2_000;
        using var array = new Array<int>(2);
        using Array<int> twin = Twin.Of(array);
        Parallel.For(0, 4, part =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                (part % 2 == 0 ? array : twin).Add(1, 1);
            }
        });
        Assert.Equal([0, 4 * Rounds], twin);
    }

    [Fact]
    public async Task Who_reads_an_item_waits_for_the_lock()
    {
        using var array = new Array<int>(1);
        await using var other = new BlockingActor();
        Task<int> reading;
        using (array.EnterScope())
        {
            reading = other.Do(() => array[0]);
            Eventually.Holds(() => ((RLock)array.Lock).WaiterCount == 1);
            array.Obj.Span.Fill(6);
        }

        Assert.Equal(6, await reading);
    }

    [Fact]
    public void A_twin_is_the_same_array_with_the_same_lock()
    {
        var gate = new RLock();
        var array = new Array<int>([1, 2], gate);
        using Array<int> twin = Twin.Of(array);
        using (gate.EnterScope())
        {
            Assert.True(twin.Lock.Locked);
        }

        array[1] = 9;
        array.Dispose();
        Assert.Equal([1, 9], twin);
        Assert.Throws<ObjectDisposedException>(() => array[0]);
    }

    [Fact]
    public void A_gigabyte_travels_without_a_copy()
    {
        using var array = new Array<byte>(1 << 30);
        array[(1 << 30) - 1] = 7;
        long before = Environment.WorkingSet;
        using Array<byte> twin = Twin.Of(array);
        Assert.Equal(7, twin[^1]);
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 1 << 29);
    }
}
