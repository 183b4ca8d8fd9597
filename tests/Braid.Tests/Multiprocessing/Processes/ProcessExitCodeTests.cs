using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What a process leaves with, as Python counts it.</summary>
public sealed class ProcessExitCodeTests : TimedTest
{
    [Theory]
    [InlineData("returns", 0, ExitReason.Exited)]
    [InlineData("throws", 1, ExitReason.Exited)]
    [InlineData("exits with 3", 3, ExitReason.Exited)]
    [InlineData("exits with 256", 0, ExitReason.Exited)]
    [InlineData("exits with -1", 255, ExitReason.Exited)]
    [InlineData("exits with 143", 143, ExitReason.Exited)]
    [InlineData("exits with 137", 137, ExitReason.Exited)]
    [InlineData("exits at once with 3", 3, ExitReason.Exited)]
    [InlineData("aborts", -6, ExitReason.Signaled)]
    [InlineData("terminates itself", -15, ExitReason.Signaled)]
    [InlineData("kills itself", -9, ExitReason.Signaled)]
    [InlineData("crashes", -11, ExitReason.Signaled)]
    public void The_exit_code_tells_how_it_ended(string way, int code, ExitReason reason)
    {
        var process = Process.Start(End, way);
        process.Join();
        Assert.Equal((code, reason), (process.ExitCode, process.ExitReason));
        Assert.Equal(code < 0 ? -code : null, process.End!.Signal);
    }

    [Fact]
    public void Killed_by_the_parent_and_by_a_stranger_are_different_reasons()
    {
        Process[] processes = [.. Enumerable.Range(0, 3).Select(static _ => Process.Start(static () => new Threading.Event().Wait()))];
        processes[0].Kill();
        processes[1].Terminate();
        SystemView.Signal(processes[2].Pid!.Value, SystemView.Kill);
        Array.ForEach(processes, static process => process.Join());
        Assert.Equal([(-9, ExitReason.Killed), (-15, ExitReason.Terminated), (-9, ExitReason.Signaled)], processes.Select(static process => (process.ExitCode!.Value, process.ExitReason)));
    }

    [Fact]
    public void A_stopped_process_is_killed_as_well()
    {
        var process = Process.Start(static () => new Threading.Event().Wait());
        SystemView.Signal(process.Pid!.Value, SystemView.Stop);
        Eventually.Holds(() => SystemView.IsStopped(process.Pid!.Value));
        Assert.True(process.IsAlive);
        process.Kill();
        process.Join();
        Assert.Equal(-9, process.ExitCode);
    }

    [Fact]
    public void A_process_that_handles_the_request_to_end_leaves_with_its_own_code()
    {
        using var ready = new RawValue<int>();
        var process = Process.Start(
            static ready =>
            {
                using var handler = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, static context =>
                {
                    context.Cancel = true;
                    Environment.Exit(5);
                });
                ready.Value = 1;
                new Threading.Event().Wait();
            },
            ready);
        Eventually.Holds(() => ready.Value == 1);
        process.Terminate();
        process.Join();
        Assert.Equal((5, ExitReason.Exited), (process.ExitCode, process.ExitReason));
    }

    private static void End(string way)
    {
        switch (way)
        {
            case "returns":
                return;
            case "throws":
                Console.SetError(TextWriter.Null);   // where it is told
                throw new InvalidOperationException("on purpose");
            case "exits at once with 3":
                SystemView.ExitNow(3);
                break;
            case "aborts":
                SystemView.AbortNow();
                break;
            case "terminates itself":
                SystemView.Signal(Environment.ProcessId, SystemView.Terminate);
                break;
            case "kills itself":
                SystemView.Signal(Environment.ProcessId, SystemView.Kill);
                break;
            case "crashes":
                SystemView.LengthOf(1);
                break;
            default:
                Environment.Exit(int.Parse(way.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture));
                break;
        }

        new Threading.Event().Wait();
    }
}
