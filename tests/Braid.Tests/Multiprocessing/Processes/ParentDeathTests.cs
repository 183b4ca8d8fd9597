using System.Diagnostics;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>A program with processes ends, in any way: nothing that it started is left, and nothing keeps its output open.</summary>
public sealed class ParentDeathTests : TimedTest
{
    [Theory]
    [InlineData("processes-idle", 1)]
    [InlineData("processes-busy", 4)]
    [InlineData("processes-stopped", 3)]
    [InlineData("processes-nested", 2)]
    public async Task A_killed_program_leaves_no_process_behind(string scenario, int descendants)
    {
        using var program = new ChildProgram(scenario);
        Assert.Equal("ready", await program.ReadLine(Cancellation));
        IReadOnlyList<(int Pid, string Start)> all = SystemView.DescendantsOf(program.Id);
        Assert.True(all.Count >= descendants, $"{all.Count} descendants");
        SystemView.Signal(program.Id, SystemView.Kill);
        long killed = Stopwatch.GetTimestamp();
        Eventually.Holds(() => !all.Any(SystemView.Runs));
        Assert.True(Stopwatch.GetElapsedTime(killed) < Ample, $"{Stopwatch.GetElapsedTime(killed)}");
        Assert.Equal((137, "", ""), await program.End(Cancellation));
    }

    [Fact]
    public async Task A_terminated_program_leaves_no_process_behind()
    {
        using var program = new ChildProgram("processes-busy");
        Assert.Equal("ready", await program.ReadLine(Cancellation));
        IReadOnlyList<(int Pid, string Start)> all = SystemView.DescendantsOf(program.Id);
        SystemView.Signal(program.Id, SystemView.Terminate);
        Eventually.Holds(() => !all.Any(SystemView.Runs));
        Assert.Equal(143, (await program.End(Cancellation)).Code);
    }

    [Fact]
    public async Task At_its_end_a_program_waits_for_its_processes_but_not_for_daemons_and_unwanted_results()
    {
        using var program = new ChildProgram("processes-at-the-end");
        Assert.Equal("ready", await program.ReadLine(Cancellation));
        IReadOnlyList<(int Pid, string Start)> all = SystemView.DescendantsOf(program.Id);
        await program.WriteLine("go on", Cancellation);
        (int code, string output, string error) = await program.End(Cancellation);
        Assert.Equal((0, "main ends\nthe process ends\n", ""), (code, output, error));
        Eventually.Holds(() => !all.Any(SystemView.Runs));
    }

    [Fact]
    public async Task What_processes_print_and_what_they_throw_appears_where_the_program_prints()
    {
        using var program = new ChildProgram("processes-print");
        (int code, string output, string error) = await program.End(Cancellation);
        Assert.Equal((0, "one\ntwo\nhalf a line\n"), (code, output));
        Assert.StartsWith("on error\nProcess printer:\nSystem.InvalidOperationException: on purpose\n   at ", error, StringComparison.Ordinal);
    }

    /// <summary>The kernel closes what a dead process had open before it gives its children another parent: in between, the pipe tells more than the parent's number.</summary>
    [Fact]
    public void A_worker_that_begins_when_its_parent_has_just_died_ends()
    {
        var channel = Channel.Create();
        int token = ProcessTable.Current.Reserve();
        SpawnedProcess orphan = Spawner.Start(
            channel,
            ProcessTable.Current,
            token,
            WorkerProgram.EnvironmentFor(token, WorkerSettings.Default, folder: null),
            processors: null,
            fence: null);
        Descriptors.Close(orphan.Death);   // long before it has asked to be killed when this happens
        try
        {
            Eventually.Holds(() => ChildStatus.Of(orphan.Pid) is not null);
        }
        finally
        {
            End(orphan, token);
            channel.Segment.Release();
        }
    }

    /// <summary>Kills a process that was started without a worker around it, and gives everything of it back.</summary>
    internal static void End(SpawnedProcess orphan, int token)
    {
        ChildStatus.Send(orphan.Pid, orphan.PidDescriptor, Signals.Kill);
        ChildStatus.Of(orphan.Pid, wait: true);
        ChildStatus.Reap(orphan.Pid);
        Descriptors.Close(orphan.PidDescriptor);
        Descriptors.Close(orphan.Output);
        Descriptors.Close(orphan.Error);
        ProcessTable.Current.MarkDead(token);
    }
}
