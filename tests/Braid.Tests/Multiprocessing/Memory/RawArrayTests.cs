using System.Buffers;
using System.Runtime.InteropServices;
using Braid.Multiprocessing;

namespace Braid.Tests;

public sealed class RawArrayTests : TimedTest
{
    [Fact]
    public void Fresh_items_are_zero()
    {
        using var array = new RawArray<int>(1000);
        Assert.Equal(1000, array.Length);
        Assert.Equal(1000, array.LongLength);
        Assert.All(array, item => Assert.Equal(0, item));
    }

    [Fact]
    public void It_begins_as_a_copy_of_what_it_is_made_from()
    {
        int[] source = [3, 1, 2];
        using var array = new RawArray<int>(source);
        using var fromList = new RawArray<int>(source.Select(item => item * 2));
        source[0] = 99;
        Assert.Equal([3, 1, 2], array);
        Assert.Equal([6, 2, 4], fromList);
        Assert.Throws<ArgumentNullException>(() => new RawArray<int>((IEnumerable<int>)null!));
    }

    [Fact]
    public void An_item_is_a_place()
    {
        using var array = new RawArray<long>(3);
        array[0] = 1;
        array[1L] = 2;
        Interlocked.Add(ref array[^1], 3);
        Assert.Equal([1, 2, 3], array);
        Assert.Equal([2, 3], array[1..].ToArray());
        array[..2].Fill(7);
        Assert.Equal([7, 7, 3], array.Memory.ToArray());
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(3L)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void An_index_out_of_range_is_refused(long index)
    {
        using var array = new RawArray<int>(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => array[index]);
        Assert.Throws<ArgumentOutOfRangeException>(() => array[index] = 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => array.Slice(index, 1)[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => array.Slice(1, 3)[0]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void A_length_out_of_range_is_refused(long length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RawArray<int>(length));

    [Fact]
    public void It_may_be_empty()
    {
        using var array = new RawArray<double>(0);
        Assert.Empty(array);
        Assert.True(array.Span.IsEmpty);
        Assert.Contains("no items", Assert.Throws<ArgumentOutOfRangeException>(() => array[0]).Message);
    }

    [Fact]
    public void It_may_be_longer_than_a_span_and_takes_memory_only_where_it_is_touched()
    {
        using var array = new RawArray<short>(3_000_000_000);
        array[2_999_999_999] = 5;
        Assert.Equal(5, array.Slice(2_999_999_998, 2)[1]);
        Assert.Throws<OverflowException>(() => array.Length);
        Assert.Throws<OverflowException>(() => array.Span[0]);
        Assert.Throws<OverflowException>(() => array.Memory);
    }

    [Fact]
    public void Structs_are_items_too()
    {
        using var array = new RawArray<(int Key, double Weight)>(4);
        array[2].Weight = 1.5;
        Assert.Equal((0, 1.5), array[2]);
    }

    [Fact]
    public void It_is_copied_whole()
    {
        using var array = new RawArray<int>([1, 2]);
        int[] copy = new int[3];
        array.CopyTo(copy);
        Assert.Equal([1, 2, 0], copy);
        Assert.Throws<ArgumentException>(() => array.CopyTo(new int[1]));
    }

    [Fact]
    public void A_twin_over_the_same_segment_is_the_same_array()
    {
        var array = new RawArray<int>(5);
        using RawArray<int> twin = Twin.Of(array);
        array[1] = 11;
        Assert.Equal(11, twin[1]);
        array.Dispose();
        array.Dispose();
        twin[2] = 12;
        Assert.Equal([0, 11, 12, 0, 0], twin);
    }

    [Fact]
    public void A_segment_of_something_else_is_refused()
    {
        using var array = new RawArray<int>(5);
        using var value = new RawValue<int>();
        Assert.Throws<IOException>(() => Twin.Over<RawArray<long>>(array));
        Assert.Throws<IOException>(() => Twin.Over<RawArray<int>>(value));
        Assert.Equal(5, array.Length);
        Segment small = Segment.Create(SegmentKind.Array, 8);
        Assert.Throws<IOException>(() => Twin.Over<RawArray<int>>(small));
        Assert.True(small.IsReleased);
    }

    [Fact]
    public void What_is_disposed_of_is_refused()
    {
        var array = new RawArray<int>(5);
        Span<int> view = array.Span;
        view[0] = 1;
        array.Dispose();
        Assert.Equal(0, view[0]);
        Assert.Throws<ObjectDisposedException>(() => array[0]);
        Assert.Throws<ObjectDisposedException>(() => array.Span[0]);
        Assert.Throws<ObjectDisposedException>(() => array.Memory);
        Assert.Throws<ObjectDisposedException>(() => array.ToArray());
        GC.KeepAlive(array);
    }

    [Fact]
    public void Its_memory_can_be_kept_over_an_await_and_pinned()
    {
        using var array = new RawArray<int>([1, 2, 3]);
        Assert.True(MemoryMarshal.TryGetMemoryManager<int, MappedMemory<int>>(array.Memory, out MappedMemory<int>? manager));
        using MemoryHandle handle = manager!.Pin(2);
        Assert.Throws<ArgumentOutOfRangeException>(() => manager.Pin(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => manager.Pin(-1));
        Assert.Equal([2, 3], array.Memory[1..].ToArray());
    }
}
