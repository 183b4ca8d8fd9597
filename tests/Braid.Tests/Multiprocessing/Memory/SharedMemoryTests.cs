using Braid.Multiprocessing;

namespace Braid.Tests;

public sealed class SharedMemoryTests : TimedTest
{
    [Fact]
    public void A_new_block_has_the_size_asked_for_and_is_zero()
    {
        using var block = new SharedMemory(create: true, size: 5000);
        Assert.Equal(5000, block.Size);
        Assert.Equal(5000, block.Buf.Length);
        Assert.False(block.Buf.ContainsAnyExcept((byte)0));
        Assert.Matches("^psm_[0-9a-f]{8}$", block.Name);
    }

    [Fact]
    public void The_file_is_for_its_user_alone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Shared memory needs Linux.");
        using var block = new SharedMemory(create: true, size: 1);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(PathOf(block)).UnixFileMode);
    }

    [Fact]
    public void All_the_memory_is_there_before_the_block_has_a_name()
    {
        using var small = new SharedMemory(create: true, size: 100);
        long room = new DriveInfo("/dev/shm").TotalSize;
        Assert.Contains("no room", Assert.Throws<IOException>(() => new SharedMemory(create: true, size: room + 1)).Message);
        Assert.True(Directory.Exists("/dev/shm"));
    }

    [Fact]
    public void What_one_writes_who_attaches_reads()
    {
        using var maker = new SharedMemory(create: true, size: 10);
        maker.Buf[3] = 7;
        using var attached = new SharedMemory(maker.Name, size: 99);
        Assert.Equal(10, attached.Size);
        Assert.Equal(7, attached.Buf[3]);
        attached.Memory.Span[4] = 8;
        Assert.Equal(8, maker.Slice(4, 1)[0]);
    }

    [Fact]
    public void A_name_is_given_once()
    {
        using var block = new SharedMemory(NewName(), create: true, size: 1);
        Assert.Contains(block.Name, Assert.Throws<IOException>(() => new SharedMemory(block.Name, create: true, size: 1)).Message);
        block.Buf[0] = 1;
        using var still = new SharedMemory(block.Name);
        Assert.Equal(1, still.Buf[0]);
    }

    [Fact]
    public void What_is_not_there_is_not_found() =>
        Assert.Throws<FileNotFoundException>(() => new SharedMemory(NewName()));

    [Fact]
    public void A_size_and_a_name_are_asked_for()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SharedMemory(create: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SharedMemory(create: true, size: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SharedMemory("some", size: -1));
        Assert.Throws<ArgumentNullException>(() => new SharedMemory());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("/a")]
    [InlineData("a\0b")]
    public void Not_everything_is_a_name(string name) =>
        Assert.Throws<ArgumentException>(() => new SharedMemory(name, create: true, size: 1));

    [Fact]
    public void A_name_has_at_most_255_bytes()
    {
        Assert.Throws<ArgumentException>(() => new SharedMemory(new string('é', 128), create: true, size: 1));
        string longest = NewName().PadRight(255, 'x');
        using var block = new SharedMemory(longest, create: true, size: 1);
        Assert.True(File.Exists(PathOf(block)));
    }

    [Fact]
    public void Closing_leaves_the_name_and_what_others_have()
    {
        using var maker = new SharedMemory(create: true, size: 10);
        using var attached = new SharedMemory(maker.Name);
        attached.Buf[0] = 1;
        Span<byte> view = attached.Buf;
        attached.Close();
        attached.Close();
        Assert.Equal(0, view[0]);
        Assert.Throws<ObjectDisposedException>(() => attached.Buf[0] = 2);
        Assert.Throws<ObjectDisposedException>(() => attached.Memory);
        Assert.Throws<ObjectDisposedException>(() => attached.Slice(0, 1)[0]);
        Assert.Equal(1, maker.Buf[0]);
        Assert.True(File.Exists(PathOf(maker)));
        GC.KeepAlive(attached);
    }

    [Fact]
    public void Unlinking_takes_the_name_and_leaves_the_memory()
    {
        using var maker = new SharedMemory(create: true, size: 10);
        using var attached = new SharedMemory(maker.Name);
        maker.Unlink();
        Assert.False(File.Exists(PathOf(maker)));
        maker.Buf[0] = 9;
        Assert.Equal(9, attached.Buf[0]);
        Assert.Throws<FileNotFoundException>(maker.Unlink);
        Assert.Throws<FileNotFoundException>(attached.Unlink);
    }

    [Fact]
    public void A_name_that_means_another_block_by_now_is_left_to_it()
    {
        using var first = new SharedMemory(create: true, size: 1);
        using var attached = new SharedMemory(first.Name);
        attached.Unlink();
        using var second = new SharedMemory(first.Name, create: true, size: 1);
        Assert.Throws<FileNotFoundException>(first.Unlink);
        first.Dispose();
        Assert.True(File.Exists(PathOf(second)));
    }

    [Fact]
    public void The_owner_takes_the_name_away_when_it_is_disposed_of_and_who_attached_does_not()
    {
        var maker = new SharedMemory(create: true, size: 1);
        new SharedMemory(maker.Name).Dispose();
        Assert.True(File.Exists(PathOf(maker)));
        maker.Dispose();
        maker.Dispose();
        Assert.False(File.Exists(PathOf(maker)));
    }

    [Fact]
    public void An_untracked_block_outlives_its_maker()
    {
        var maker = new SharedMemory(create: true, size: 1, track: false);
        maker.Dispose();
        using var attached = new SharedMemory(maker.Name);
        attached.Unlink();
        Assert.False(File.Exists(PathOf(maker)));
    }

    [Fact]
    public void A_slice_lies_within_the_block()
    {
        using var block = new SharedMemory(create: true, size: 10);
        Assert.Equal(4, block.Slice(6, 4).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => block.Slice(7, 4)[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => block.Slice(-1, 1)[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => block.Slice(0, -1)[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => block.Slice(long.MaxValue, 1)[0]);
    }

    [Fact]
    public void A_file_without_content_is_no_block()
    {
        string path = $"/dev/shm/{NewName()}";
        File.WriteAllBytes(path, []);
        try
        {
            Assert.Contains("empty", Assert.Throws<IOException>(() => new SharedMemory(Path.GetFileName(path))).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void It_travels_as_its_name()
    {
        using var maker = new SharedMemory(create: true, size: 3);
        using SharedMemory twin = Attach<SharedMemory>(((INamedShared)maker).Name);
        twin.Buf[2] = 5;
        Assert.Equal(5, maker.Buf[2]);
        maker.Unlink();
        Assert.Throws<FileNotFoundException>(() => Attach<SharedMemory>(maker.Name));
    }

    [Fact]
    public async Task Python_reads_and_writes_the_same_block()
    {
        using var block = new SharedMemory(create: true, size: 100);
        "from C#"u8.CopyTo(block.Buf);
        string read = await Python.Run("""
            import sys
            from multiprocessing import resource_tracker, shared_memory
            block = shared_memory.SharedMemory(sys.argv[1])
            resource_tracker.unregister(block._name, "shared_memory")
            print(block.size, bytes(block.buf[:7]).decode())
            block.buf[0:6] = b"Python"
            block.close()
            """, block.Name);
        Assert.Equal("100 from C#", read);
        Assert.Equal("Python"u8, block.Slice(0, 6));
    }

    [Fact]
    public async Task A_block_of_Python_is_attached_to()
    {
        using Python python = Python.Start("""
            import sys
            from multiprocessing import shared_memory
            block = shared_memory.SharedMemory(create=True, size=33)
            block.buf[32] = 77
            print(block.name, flush=True)
            sys.stdin.read()
            print(block.buf[0])
            block.close()
            block.unlink()
            """);
        using var attached = new SharedMemory((await python.ReadLine())!);
        Assert.Equal(33, attached.Size);
        Assert.Equal(77, attached.Buf[32]);
        attached.Buf[0] = 44;
        attached.Dispose();
        Assert.Equal("44", await python.End());
    }

    internal static string NewName() => $"braid_test_{Guid.NewGuid():N}";

    private static string PathOf(SharedMemory block) => $"/dev/shm/{block.Name}";

    private static T Attach<T>(string name)
        where T : INamedShared<T> => T.Attach(name);
}
