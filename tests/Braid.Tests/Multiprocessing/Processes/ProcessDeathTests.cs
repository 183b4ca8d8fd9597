using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Processes that end in bad ways: the caller hears of it at once, and of the cause.</summary>
public sealed class ProcessDeathTests : TimedTest
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(137)]
    public void A_function_that_leaves_is_lost_whatever_its_exit_code(int code)
    {
        WorkerExitedException thrown = Assert.Throws<WorkerExitedException>(() => Process.Run(static code => Exit(code), code));
        Assert.Equal((code, ExitReason.Exited), (thrown.Worker.ExitCode, thrown.Worker.Reason));
        Assert.Contains($"exited with code {code}", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_is_killed_is_lost_and_nothing_is_claimed_about_memory()
    {
        WorkerCrashedException thrown = Assert.Throws<WorkerCrashedException>(static () => Process.Run(static () => Kill()));
        Assert.Equal((-9, ExitReason.Signaled), (thrown.Worker.ExitCode, thrown.Worker.Reason));
        Assert.Contains("nothing shows that memory ran out", thrown.Message);
    }

    [Fact]
    public void A_crash_in_native_code_tells_the_signal_and_the_last_words()
    {
        WorkerCrashedException thrown = Assert.Throws<WorkerCrashedException>(static () => QuietProcess.Run(static () => Crash()));
        Assert.Equal(SystemView.Segmentation, thrown.Worker.Signal);
        Assert.Contains("SIGSEGV", thrown.Message);
        Assert.Contains("these were my last words", thrown.Worker.ErrorOutput);
        Assert.Contains("these were my last words", thrown.Message);
    }

    [Theory]
    [InlineData("fails fast", "it cannot go on")]
    [InlineData("another thread fails", "on another thread")]
    [InlineData("a finalizer fails", "in a finalizer")]
    [InlineData("the stack overflows", "Stack overflow")]
    [InlineData("the stack overflows in a long circle", "Stack overflow")]
    public void What_the_runtime_says_before_it_aborts_is_told(string way, string words)
    {
        WorkerCrashedException thrown = Assert.Throws<WorkerCrashedException>(() => QuietProcess.Run(static way => Abort(way), way));
        Assert.Equal((SystemView.Abort, ExitReason.Signaled), (thrown.Worker.Signal, thrown.Worker.Reason));
        Assert.Contains(words, thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hangs")]
    [InlineData("throws")]
    [InlineData("crashes")]
    public void An_exit_handler_cannot_take_the_result_back(string way) => Assert.Equal(5, QuietProcess.Run(static way => LeaveBadly(way), way));

    [Fact]
    public void A_process_that_does_not_end_after_its_result_is_killed()
    {
        using var pid = new RawValue<int>();
        Process.Run(
            static pid =>
            {
                AppDomain.CurrentDomain.ProcessExit += static (_, _) => new Threading.Event().Wait();
                return pid.Value = Environment.ProcessId;
            },
            pid);
        Eventually.Holds(() => !SystemView.Runs(pid.Value));
    }

    [Fact]
    public void A_worker_that_cannot_start_says_why()
    {
        var settings = new WorkerSettings { Environment = new Dictionary<string, string?> { ["DOTNET_STARTUP_HOOKS"] = "/nowhere/hook.dll" } };
        WorkerStartException thrown = Assert.Throws<WorkerStartException>(() => QuietProcess.Run(static () => 1, settings));
        Assert.Contains("/nowhere/hook.dll", thrown.Message);
        Assert.NotEqual(0, thrown.Worker!.ExitCode);
    }

    [Theory]
    [InlineData("setsid sleep 1000")]
    [InlineData("setsid yes")]
    public void A_grandchild_that_keeps_the_output_open_hides_no_death(string command)
    {
        using var pid = new RawValue<int>();
        ChildProcess process = QuietProcess.Start(
            static ((RawValue<int> pid, string command) shared) =>
            {
                var shell = System.Diagnostics.Process.Start("sh", ["-c", $"{shared.command} & echo $! > /dev/null; exec sleep 1000"]);
                Eventually.Holds(() => SystemView.DescendantsOf(shell.Id).Count > 0);
                shared.pid.Value = SystemView.DescendantsOf(shell.Id)[0].Pid;
                SystemView.Signal(Environment.ProcessId, SystemView.Kill);
            },
            (pid, command));
        Assert.Equal(-9, process.Ended.Result().ExitCode);
        if (SystemView.Runs(pid.Value))
        {
            SystemView.Signal(pid.Value, SystemView.Kill);   // it has left the group: nobody else ends it
        }
    }

    private static int Exit(int code)
    {
        Environment.Exit(code);
        return 0;
    }

    private static int Kill()
    {
        SystemView.Signal(Environment.ProcessId, SystemView.Kill);
        new Threading.Event().Wait();
        return 0;
    }

    private static int Crash()
    {
        Console.Error.WriteLine("these were my last words");
        return (int)SystemView.LengthOf(1);
    }

    private static int Abort(string way)
    {
        switch (way)
        {
            case "fails fast":
                Environment.FailFast("it cannot go on");
                break;
            case "another thread fails":
                new Thread(static () => throw new InvalidOperationException("on another thread")).Start();
                break;
            case "a finalizer fails":
                MakeGarbage();
                GC.Collect();
                GC.WaitForPendingFinalizers();
                break;
            case "the stack overflows":
                return Deeper(1) + 1;
            default:
                return Circle<int>(1) + 1;
        }

        new Threading.Event().Wait();
        return 0;
    }

    private static void MakeGarbage()
    {
        for (int i = 0; i < 10; i++)
        {
            _ = new FailsWhenCollected();
        }
    }

    private static int Deeper(int depth) => depth < 0 ? 0 : Deeper(depth + 1) + 1;

    private static int Circle<T>(int depth) => depth < 0 ? 0 : depth % 40 == 0 ? Circle<int>(depth + 1) + 1 : Circle<List<T>>(depth + 1) + 1;

    private static int LeaveBadly(string way)
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            switch (way)
            {
                case "hangs":
                    new Threading.Event().Wait();
                    break;
                case "throws":
                    throw new InvalidOperationException("in an exit handler");
                default:
                    SystemView.LengthOf(1);
                    break;
            }
        };
        return 5;
    }

    private sealed class FailsWhenCollected
    {
        private readonly string _words = "in a finalizer";

        ~FailsWhenCollected() => Fail();

        private void Fail() => throw new InvalidOperationException(_words);
    }
}
