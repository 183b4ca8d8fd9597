using Braid.Multiprocessing;

namespace Braid.Tests;

public sealed class ShareableListTests : TimedTest
{
    private const string Rows = """
        0700000000000000 0000000000000000 0800000000000000 1000000000000000 1800000000000000
        2000000000000000 2800000000000000 3000000000000000 3800000000000000
        6869000000000000 0102000000000000 fbffffffffffffff 0000000000000440 0000000000000001
        0000000000000000 c3a9c3a900000000
        3873000000000000 3873000000000000 7100000000000000 6400000000000000 787878787878783f
        7878787878783f78 3873000000000000 01020000000301
        """;

    private static readonly object?[] s_items = ["hi", new byte[] { 1, 2 }, -5L, 2.5, true, null, "éé"];

    [Fact]
    public void Every_kind_of_item_comes_back()
    {
        using var list = new ShareableList(s_items);
        Assert.Equal(s_items, list);
        Assert.Equal(7, list.Count);
        Assert.Equal("éé", list[^1]);
    }

    [Fact]
    public void The_layout_is_that_of_Python_to_the_byte()
    {
        using var list = new ShareableList(s_items);
        Assert.Equal(string.Concat(Rows.Split()), Convert.ToHexStringLower(list.Shm.Buf));
        Assert.Equal("8s8sqdxxxxxxx?xxxxxx?x8s", list.Format);
    }

    [Fact]
    public void An_empty_list_takes_16_bytes()
    {
        using var list = new ShareableList();
        Assert.Empty(list);
        Assert.Equal(16, list.Shm.Size);
        using var attached = new ShareableList(name: list.Shm.Name);
        Assert.Empty(attached);
    }

    [Fact]
    public void Smaller_numbers_become_the_large_ones()
    {
        using var list = new ShareableList([1, (byte)2, (short)-3, uint.MaxValue, 1.5f, ulong.MinValue]);
        Assert.Equal(new object[] { 1L, 2L, -3L, 4294967295L, 1.5, 0L }, list);
        Assert.Throws<OverflowException>(() => list[0] = ulong.MaxValue);
        Assert.Equal(1, list.Get<int>(0));
        Assert.Equal((byte)2, list.Get<byte>(1));
        Assert.Throws<OverflowException>(() => list.Get<int>(3));
        Assert.Throws<InvalidCastException>(() => list.Get<string>(0));
        Assert.Throws<InvalidCastException>(() => list.Get<bool>(0));
    }

    [Fact]
    public void A_slot_takes_another_type_if_it_fits()
    {
        using var list = new ShareableList(["text", 1, null]);
        list[0] = 2.5;
        list[1] = "eight by";
        list[2] = true;
        Assert.Equal(new object[] { 2.5, "eight by", true }, list);
        list[0] = "again";
        list[1] = null;
        Assert.Equal(new object?[] { "again", null, true }, list);
    }

    [Fact]
    public void Too_long_an_item_is_refused_and_changes_nothing()
    {
        using var list = new ShareableList(["1234567", "12345678", 0]);
        list[0] = "12345678";
        list[1] = "1234567890123456";
        Assert.Contains("room for 8", Assert.Throws<ArgumentException>(() => list[0] = "123456789").Message);
        Assert.Throws<ArgumentException>(() => list[1] = "12345678901234567");
        Assert.Throws<ArgumentException>(() => list[2] = new byte[9]);
        Assert.Equal(new object[] { "12345678", "1234567890123456", 0L }, list);
    }

    [Fact]
    public void The_room_is_counted_in_bytes_not_in_characters()
    {
        string text = new('é', 9);
        using var list = new ShareableList([text]);
        Assert.Equal(text, list[0]);
        Assert.Equal("24s", list.Format);
    }

    [Theory]
    [InlineData("a\0")]
    [InlineData("\0")]
    [InlineData("1234567\0")]
    [InlineData("123456789\0\0")]
    public void Zero_bytes_at_the_end_stay(string text)
    {
        using var list = new ShareableList([text, System.Text.Encoding.UTF8.GetBytes(text)]);
        Assert.Equal(text, list[0]);
        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(text), list[1]);
    }

    [Fact]
    public void What_could_not_be_read_back_is_refused()
    {
        using var list = new ShareableList(["room"]);
        Assert.Contains("one more", Assert.Throws<ArgumentException>(() => list[0] = "1234567\0").Message);
        Assert.Throws<ArgumentException>(() => list[0] = new DateTime(1));
        Assert.Throws<ArgumentException>(() => new ShareableList([new object()]));
        Assert.ThrowsAny<ArgumentException>(() => list[0] = "\ud800");
        Assert.Equal("room", list[0]);
    }

    [Fact]
    public void An_empty_text_and_no_bytes_differ_from_null()
    {
        using var list = new ShareableList(["", Array.Empty<byte>(), null]);
        Assert.Equal(new object?[] { "", Array.Empty<byte>(), null }, list);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(int.MinValue)]
    public void An_index_out_of_range_is_refused(int index)
    {
        using var list = new ShareableList([1, 2, 3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => list[index]);
        Assert.Throws<ArgumentOutOfRangeException>(() => list[index] = 1);
    }

    [Fact]
    public void Items_are_counted_and_found()
    {
        using var list = new ShareableList([1, "a", 1, new byte[] { 1 }, null, true]);
        Assert.Equal(2, list.CountOf(1));
        Assert.Equal(1, list.CountOf(new byte[] { 1 }));
        Assert.Equal(0, list.CountOf(new byte[] { 2 }));
        Assert.Equal(1, list.IndexOf("a"));
        Assert.Equal(4, list.IndexOf(null));
        Assert.Equal(-1, list.IndexOf("b"));
    }

    [Fact]
    public void Two_lists_of_one_name_are_the_same()
    {
        using var list = new ShareableList([1, 2], SharedMemoryTests.NewName());
        using var attached = new ShareableList(name: list.Shm.Name);
        attached[0] = "both";
        Assert.Equal("both", list[0]);
        Assert.Throws<IOException>(() => new ShareableList([3], list.Shm.Name));
    }

    [Fact]
    public void It_is_closed_by_disposing_and_the_name_goes_with_the_maker()
    {
        var list = new ShareableList([1]);
        new ShareableList(name: list.Shm.Name).Dispose();
        new ShareableList(name: list.Shm.Name).Dispose();
        list.Dispose();
        Assert.Throws<ObjectDisposedException>(() => list[0]);
        Assert.Throws<FileNotFoundException>(() => new ShareableList(name: list.Shm.Name));
    }

    [Fact]
    public void What_is_no_list_is_refused()
    {
        using var block = new SharedMemory(create: true, size: 64);
        Span<long> numbers = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(block.Buf);
        long[][] faulty = [[-1], [long.MaxValue], [3, 0, 8, 16, 24], [1, 8, 16], [1, 0, 0], [2, 0, 16, 8], [1, 0, long.MaxValue], [1, 0, 32]];
        foreach (long[] start in faulty)
        {
            numbers.Clear();
            start.CopyTo(numbers);
            Assert.Throws<InvalidDataException>(() => new ShareableList(name: block.Name));
        }

        using var tiny = new SharedMemory(create: true, size: 15);
        Assert.Throws<InvalidDataException>(() => new ShareableList(name: tiny.Name));
    }

    [Fact]
    public void A_slot_that_holds_no_item_says_so()
    {
        using var list = new ShareableList(["abc"]);
        foreach (string format in new[] { "9s", "s", "-1s", "+1s", "x", "q", "99999999" })
        {
            list.Shm.Slice(32, 8).Clear();
            System.Text.Encoding.ASCII.GetBytes(format, list.Shm.Slice(32, 8));
            Assert.Throws<InvalidDataException>(() => list[0]);
        }

        list[0] = new byte[] { 0xff };
        list.Shm.Slice(40, 1)[0] = 1;
        Assert.Throws<InvalidDataException>(() => list[0]);
        list.Shm.Slice(40, 1)[0] = 200;
        Assert.Throws<InvalidDataException>(() => list[0]);
    }

    [Fact]
    public async Task Python_reads_and_writes_a_list_of_ours()
    {
        using var list = new ShareableList([.. s_items, "kept\0"]);
        string read = await Python.Run("""
            import sys
            from multiprocessing import resource_tracker, shared_memory
            items = shared_memory.ShareableList(name=sys.argv[1])
            resource_tracker.unregister(items.shm._name, "shared_memory")
            print(ascii(list(items)))
            items[0] = "hello"; items[1] = b"\xff"; items[2] = 1 << 62; items[3] = None; items[4] = False; items[5] = -0.5; items[6] = "ö"; items[7] = 3
            items.shm.close()
            """, list.Shm.Name);
        Assert.Equal(@"['hi', b'\x01\x02', -5, 2.5, True, None, '\xe9\xe9', 'kept']", read);
        Assert.Equal(new object?[] { "hello", new byte[] { 0xff }, 1L << 62, null, false, -0.5, "ö", 3L }, list);
    }

    [Fact]
    public async Task A_list_of_Python_is_read_and_written()
    {
        using Python python = Python.Start("""
            import sys
            from multiprocessing import shared_memory
            items = shared_memory.ShareableList(["text", b"bytes", 2, 0.25, True, None, "\xe9" * 9])
            print(items.shm.name, flush=True)
            sys.stdin.read()
            print(ascii(list(items)))
            items.shm.close()
            items.shm.unlink()
            """);
        using var list = new ShareableList(name: (await python.ReadLine())!);
        Assert.Equal(new object?[] { "text", "bytes"u8.ToArray(), 2L, 0.25, true, null, new string('é', 8) }, list);
        list[0] = null;
        list[1] = "a word";
        list[2] = 1e300;
        list[3] = false;
        list[4] = new byte[] { 0, 1 };
        list[5] = 6;
        list[6] = "two\0";
        list.Dispose();
        Assert.Equal(@"[None, 'a word', 1e+300, False, b'\x00\x01', 6, 'two']", await python.End());
    }
}
