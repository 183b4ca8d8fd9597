using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What a process sees of itself and its surroundings.</summary>
public sealed class ProcessChildTests : TimedTest
{
    [Fact]
    public void It_knows_itself_and_its_parent()
    {
        using RawArray<char> text = SharedText.New();
        var process = Process.Start(
            static text =>
            {
                Process current = Process.Current;
                Process parent = Process.Parent!;
                text.Tell($"{current.Name} {current.Pid == Environment.ProcessId} {current.IsAlive} {current.Daemon} {parent.Name} {parent.Pid} {parent.IsAlive} {parent.TryJoin()} {parent.TryJoinAsync(Brief).AsTask().Result} {Connection.Wait([parent.Sentinel], Brief).Count}");
            },
            text,
            "child",
            daemon: true);
        process.Join();
        Assert.Equal($"child True True True MainProcess {Environment.ProcessId} True False False 0", text.Text());
    }

    [Fact]
    public void The_main_process_has_no_parent_and_cannot_wait_for_itself()
    {
        Assert.Equal("MainProcess", Process.Current.Name);
        Assert.Equal(Environment.ProcessId, Process.Current.Pid);
        Assert.True(Process.Current.IsAlive);
        Assert.Null(Process.Parent);
        Assert.Throws<InvalidOperationException>(() => Process.Current.Join());
        Assert.Throws<InvalidOperationException>(() => Process.Current.TryJoin());
        Assert.Throws<InvalidOperationException>(() => Process.Current.Sentinel);
        Assert.Throws<InvalidOperationException>(Process.Current.Start);
        Assert.True(Process.CpuCount >= 1);
    }

    [Fact]
    public void Names_of_children_of_children_count_from_their_parents()
    {
        var process = new Process();
        (string Own, string First, string Second, string Running) names = Process.Run(static () =>
            (Process.Current.Name, new Process().Name, new Process().Name, Process.Run(static () => Process.Current.Name)));
        string path = names.Own.Split('-')[1];
        Assert.Equal(($"Process-{path}:1", $"Process-{path}:2", $"Process-{path}:3"), (names.First, names.Second, names.Running));
        Assert.NotEqual(process.Name, names.Own);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_daemon_may_not_even_have_a_function_run_elsewhere(bool isAwaited)
    {
        using RawArray<char> text = SharedText.New();
        var process = Process.Start(static argument => RunAndTell(argument.Text, argument.IsAwaited), (Text: text, IsAwaited: isAwaited), daemon: true);
        process.Join();
        Assert.StartsWith($"{process.Name} is a daemon process and may have no children", text.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_daemon_may_have_no_children_and_hands_the_setting_down()
    {
        using RawArray<char> text = SharedText.New();
        var process = Process.Start(
            static text =>
            {
                var child = new Process(static () => { });
                try
                {
                    child.Start();
                }
                catch (InvalidOperationException exception)
                {
                    text.Tell($"{child.Daemon} {exception.Message}");
                }
            },
            text,
            daemon: true);
        process.Join();
        Assert.StartsWith($"True {process.Name} is a daemon process and may have no children", text.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_standard_input_is_empty() =>
        Assert.Equal((null, "/dev/null"), Process.Run(static () => (Console.In.ReadLine(), new FileInfo("/proc/self/fd/0").LinkTarget)));

    [Fact]
    public void It_waits_for_its_threads_and_theirs_then_runs_exit_handlers()
    {
        using RawArray<char> text = SharedText.New();
        using var mayEnd = new RawValue<int>();
        var process = Process.Start(
            static ((RawArray<char> text, RawValue<int> mayEnd) shared) =>
            {
                string told = "";
                AppDomain.CurrentDomain.ProcessExit += (_, _) => shared.text.Tell(told + "handler");
                new Threading.Thread(() =>
                {
                    Eventually.Holds(() => shared.mayEnd.Value == 1);
                    told += "thread ";
                    new Threading.Thread(() =>
                    {
                        Eventually.Holds(() => shared.mayEnd.Value == 2);
                        told += "its thread ";
                    }).Start();
                    shared.text.Tell("started");
                }).Start();
                new Threading.Thread(static () => new Threading.Event().Wait(), daemon: true).Start();
            },
            (text, mayEnd));
        Assert.False(process.TryJoin(Brief));
        mayEnd.Value = 1;
        Eventually.Holds(() => text.Text() == "started");
        Assert.False(process.TryJoin(Brief));
        mayEnd.Value = 2;
        process.Join();
        Assert.Equal(0, process.ExitCode);
        Assert.Equal("thread its thread handler", text.Text());
    }

    [Fact]
    public void A_process_object_belongs_to_who_made_it()
    {
        var other = Process.Start(static () => { });
        other.Join();
        Exception?[] refused = Process.Run(
            static other => new Action[] { () => other.Join(), other.Start, other.Kill, () => _ = other.Sentinel }.Select(static action => Record.Exception(action)).ToArray(),
            other);
        Assert.All(refused, failure => Assert.Contains("another process", Assert.IsType<InvalidOperationException>(failure).Message));
    }

    [Fact]
    public void An_overridden_run_runs_on_a_copy_with_all_its_fields()
    {
        var process = new Adder([1, 2, 3]) { Name = "adder" };
        process.Start();
        process.Join();
        Assert.Equal($"6 adder {process.Pid} True True", process.Text.Text());
        Assert.Equal(0, process.Sum);
        Assert.StartsWith("Adder adder, pid", process.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_signals_are_those_of_a_fresh_program_but_for_the_interrupt()
    {
        using var stage = new RawValue<int>();
        var process = Process.Start(
            static stage =>
            {
                using var program = System.Diagnostics.Process.Start("true");
                program.WaitForExit();
                stage.Value = 1;
                Eventually.Holds(() => stage.Value == 2);
            },
            stage);
        Eventually.Holds(() => stage.Value == 1);
        SystemView.Signal(process.Pid!.Value, SystemView.Interrupt);
        stage.Value = 2;
        process.Join();
        Assert.Equal(0, process.ExitCode);
    }

    private sealed class Adder(int[] numbers) : Process
    {
        public RawArray<char> Text { get; } = SharedText.New();

        public int Sum { get; private set; }

        public override void Run()
        {
            Sum = numbers.Sum();
            Text.Tell($"{Sum} {Name} {Pid} {IsAlive} {ReferenceEquals(Current, this)}");
        }
    }

    private static void RunAndTell(RawArray<char> text, bool isAwaited)
    {
        try
        {
            Assert.Equal(1, isAwaited ? Process.RunAsync(static () => 1).GetAwaiter().GetResult() : Process.Run(static () => 1));
        }
        catch (InvalidOperationException exception)
        {
            text.Tell(exception.Message);
        }
    }
}
