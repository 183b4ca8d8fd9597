using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What is left in /dev/shm by programs that end.</summary>
public sealed class TrackedNamesTests : TimedTest
{
    [Theory]
    [InlineData("shared-memory-killed", true)]
    [InlineData("shared-memory-returns", false)]
    [InlineData("shared-memory-exits", false)]
    public async Task Nothing_of_a_program_that_has_ended_is_left(string scenario, bool isKilled)
    {
        using var program = new ChildProgram(scenario);
        string[] names = (await program.ReadLine(Cancellation))!.Split(' ');
        Assert.All(names, name => Assert.True(File.Exists(PathOf(name)), name));
        TrackedNames.Sweep();
        Assert.All(names, name => Assert.True(File.Exists(PathOf(name)), "a sweep took what belongs to a living program"));
        using var reader = new SharedMemory(names[0]);
        Assert.Equal(42, reader.Buf[0]);

        await program.WriteLine("end", Cancellation);
        await program.End(Cancellation);
        if (isKilled)
        {
            Assert.All(names, name => Assert.True(File.Exists(PathOf(name)), name));
            SweepUntilGone(program.Id);
        }

        Assert.All(names, name => Assert.False(File.Exists(PathOf(name)), name));
        Assert.Equal(42, reader.Buf[0]);
        Assert.Empty(TrackFilesOf(program.Id));
    }

    [Theory]
    [InlineData(Signals.HangUp)]
    [InlineData(Signals.Interrupt)]
    [InlineData(Signals.Terminate)]
    public async Task Nothing_is_left_by_a_program_that_a_signal_asks_to_end(int signal)
    {
        using var program = new ChildProgram("shared-memory-returns");
        string[] names = (await program.ReadLine(Cancellation))!.Split(' ');
        Assert.True(ChildStatus.Send(program.Id, descriptor: -1, signal));
        (int code, _, _) = await program.End(Cancellation);
        Assert.Equal(128 + signal, code);
        Assert.All(names, name => Assert.False(File.Exists(PathOf(name)), name));
        Assert.Empty(TrackFilesOf(program.Id));
    }

    [Fact]
    public async Task A_program_that_cancels_the_signal_keeps_its_names_until_it_ends()
    {
        using var program = new ChildProgram("shared-memory-cancels-signals");
        string[] names = (await program.ReadLine(Cancellation))!.Split(' ');
        Assert.True(ChildStatus.Send(program.Id, descriptor: -1, Signals.Terminate));
        Assert.Equal("stopping", await program.ReadLine(Cancellation));
        Assert.All(names, name => Assert.True(File.Exists(PathOf(name)), name));
        await program.WriteLine("end", Cancellation);
        (int code, _, _) = await program.End(Cancellation);
        Assert.Equal(0, code);
        Assert.All(names, name => Assert.False(File.Exists(PathOf(name)), name));
    }

    [Fact]
    public async Task A_name_that_a_dead_program_has_left_is_free()
    {
        using var program = new ChildProgram("shared-memory-killed");
        string name = (await program.ReadLine(Cancellation))!.Split(' ')[0];
        await program.WriteLine("end", Cancellation);
        await program.End(Cancellation);
        using var again = new SharedMemory(name, create: true, size: 8);
        Assert.Equal(0, again.Buf[0]);
    }

    [Fact]
    public async Task A_block_that_took_a_name_over_survives_the_sweep_for_the_first()
    {
        using var program = new ChildProgram("shared-memory-killed");
        string name = (await program.ReadLine(Cancellation))!.Split(' ')[0];
        using (var first = new SharedMemory(name))
        {
            first.Unlink();
        }

        using var second = new SharedMemory(name, create: true, size: 8);
        await program.WriteLine("end", Cancellation);
        await program.End(Cancellation);
        SweepUntilGone(program.Id);
        Assert.True(File.Exists(PathOf(name)));
    }

    [Fact]
    public void A_record_is_used_again()
    {
        using var first = new SharedMemory(create: true, size: 1);
        long Bytes() => TrackFilesOf(Environment.ProcessId).Sum(path => new FileInfo(path).Length);
        for (int round = 0; round < 200; round++)
        {
            new SharedMemory(create: true, size: 1).Dispose();
        }

        Assert.InRange(Bytes(), 512, 512 * 100);   // tests beside this one have blocks too
    }

    [Fact]
    public void What_is_not_a_track_file_is_left_alone()
    {
        string[] paths = [PathOf($"braid-{Guid.NewGuid():N}.track"), PathOf($"braid-{Guid.NewGuid():N}.track")];
        File.CreateSymbolicLink(paths[0], "/dev/null");
        Directory.CreateDirectory(paths[1]);
        try
        {
            TrackedNames.Sweep();
            Assert.All(paths, path => Assert.True(Path.Exists(path)));
        }
        finally
        {
            File.Delete(paths[0]);
            Directory.Delete(paths[1]);
        }
    }

    /// <summary>A sweep passes over a file that another program is sweeping at that moment.</summary>
    private static void SweepUntilGone(int pid) => Eventually.Holds(() =>
    {
        TrackedNames.Sweep();
        return TrackFilesOf(pid).Length == 0;
    });

    private static string PathOf(string name) => $"/dev/shm/{name}";

    private static string[] TrackFilesOf(int pid) => Directory.GetFiles("/dev/shm", $"braid-{pid}-*.track");
}
