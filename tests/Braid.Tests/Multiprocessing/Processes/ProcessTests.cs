using System.Runtime.CompilerServices;
using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>What the parent sees of a process: start, join, names, states.</summary>
public sealed class ProcessTests : TimedTest
{
    [Fact]
    public void It_runs_its_target_in_another_process()
    {
        using var pid = new RawValue<int>();
        var process = Process.Start(static pid => pid.Value = Environment.ProcessId, pid);
        process.Join();
        Assert.Equal(process.Pid, pid.Value);
        Assert.NotEqual(Environment.ProcessId, pid.Value);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Before_its_start_it_has_a_name_and_nothing_else()
    {
        var process = new Process(static () => { });
        Assert.Matches(@"^Process-\d+$", process.Name);
        Assert.Null(process.Pid);
        Assert.Null(process.ExitCode);
        Assert.Null(process.End);
        Assert.Equal(ExitReason.None, process.ExitReason);
        Assert.False(process.IsAlive);
        Assert.False(process.Daemon);
        Assert.Contains("Call Start() first", Assert.Throws<InvalidOperationException>(() => process.Join()).Message);
        Assert.Throws<InvalidOperationException>(() => process.TryJoin());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await process.JoinAsync());
        Assert.Throws<InvalidOperationException>(process.Terminate);
        Assert.Throws<InvalidOperationException>(process.Kill);
    }

    [Fact]
    public void It_runs_once()
    {
        var process = Process.Start(static () => { });
        Assert.Contains("once", Assert.Throws<InvalidOperationException>(process.Start).Message);
        process.Join();
        Assert.Throws<InvalidOperationException>(process.Start);
    }

    [Fact]
    public async Task It_can_be_joined_many_times_and_in_every_way()
    {
        using var mayEnd = new RawValue<int>();
        var process = Process.Start(static mayEnd => Eventually.Holds(() => mayEnd.Value == 1), mayEnd);
        Assert.True(process.IsAlive);
        Assert.False(process.TryJoin());
        Assert.False(process.TryJoin(Brief));
        Assert.False(await process.TryJoinAsync(Brief));
        Assert.Null(process.ExitCode);
        Task joined = process.JoinAsync().AsTask();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        Assert.ThrowsAny<OperationCanceledException>(() => process.Join(cancelled.Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => process.TryJoin(TimeSpan.FromSeconds(-2)));
        Assert.False(joined.IsCompleted);
        mayEnd.Value = 1;
        process.Join();
        process.Join();
        await joined;
        Assert.True(process.TryJoin());
        Assert.True(await process.TryJoinAsync(TimeSpan.Zero));
        Assert.False(process.IsAlive);
    }

    [Fact]
    public void Names_count_up_and_can_be_chosen()
    {
        int first = Number(new Process());
        Assert.True(Number(new Process()) > first);
        var process = new Process(name: "worker") { Name = "other" };
        Assert.Equal("other", process.Name);
        Assert.Throws<ArgumentNullException>(() => process.Name = null!);

        static int Number(Process process) => int.Parse(process.Name.Split('-')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Whether_it_is_a_daemon_is_settled_at_its_start()
    {
        var process = new Process(static () => { }) { Daemon = true };
        process.Start();
        Assert.True(process.Daemon);
        Assert.Contains("before Start()", Assert.Throws<InvalidOperationException>(() => process.Daemon = false).Message);
        process.Join();
    }

    [Fact]
    public void The_active_children_are_those_that_run_and_no_grandchildren()
    {
        using var grandchild = new RawValue<int>();
        var process = Process.Start(
            static grandchild =>
            {
                var process = Process.Start(static () => new Threading.Event().Wait());
                grandchild.Value = process.Pid!.Value;
                process.Join();
            },
            grandchild);
        Eventually.Holds(() => grandchild.Value != 0);
        Assert.Contains(process, Process.ActiveChildren());
        Assert.DoesNotContain(Process.ActiveChildren(), child => child.Pid == grandchild.Value);
        process.Kill();
        process.Join();
        Assert.DoesNotContain(process, Process.ActiveChildren());
        Eventually.Holds(() => !SystemView.Runs(grandchild.Value));
    }

    [Fact]
    public void A_closed_one_is_refused()
    {
        using var mayEnd = new RawValue<int>();
        var process = Process.Start(static mayEnd => Eventually.Holds(() => mayEnd.Value == 1), mayEnd);
        Assert.Contains("still runs", Assert.Throws<InvalidOperationException>(process.Close).Message);
        mayEnd.Value = 1;
        process.Join();
        process.Close();
        process.Close();
        Assert.Throws<ObjectDisposedException>(() => process.Pid);
        Assert.Throws<ObjectDisposedException>(() => process.ExitCode);
        Assert.Throws<ObjectDisposedException>(() => process.IsAlive);
        Assert.Throws<ObjectDisposedException>(() => process.Join());
        Assert.Throws<ObjectDisposedException>(process.Kill);
        Assert.EndsWith("closed", process.ToString(), StringComparison.Ordinal);
        var neverStarted = new Process(static () => { });
        neverStarted.Close();
        Assert.Throws<ObjectDisposedException>(neverStarted.Start);
    }

    [Fact]
    public void Its_text_tells_its_state()
    {
        var process = new Process(static () => new Threading.Event().Wait(), "sleeper", daemon: true);
        Assert.Equal("Process sleeper, initial, daemon", process.ToString());
        process.Start();
        Assert.Equal($"Process sleeper, pid {process.Pid}, started, daemon", process.ToString());
        process.Kill();
        process.Join();
        Assert.Equal($"Process sleeper, pid {process.Pid}, stopped, exit code -SIGKILL, daemon", process.ToString());
        Assert.Equal($"Process MainProcess, pid {Environment.ProcessId}, started", Process.Current.ToString());
    }

    [Fact]
    public void What_its_target_refers_to_is_let_go_at_the_start()
    {
        (Process process, WeakReference target) = StartOne();
        process.Join();
        Eventually.Holds(() =>
        {
            GC.Collect();
            return !target.IsAlive;
        });
        GC.KeepAlive(process);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (Process Process, WeakReference Target) StartOne()
        {
            int[] captured = new int[1000];
            var process = Process.Start(() => captured[0]++);
            return (process, new WeakReference(captured));
        }
    }

    [Fact]
    public void A_target_that_cannot_travel_is_named_and_nothing_is_started()
    {
        var timer = new System.Threading.Timer(static _ => { });
        var process = new Process(() => timer.Dispose());
        Assert.Contains("timer", Assert.Throws<PayloadException>(process.Start).Message);
        Assert.Null(process.Pid);
        Assert.Equal("initial", process.ToString().Split(", ")[1]);
    }

    [Fact]
    public void Many_run_at_once()
    {
        using var running = new RawValue<int>();
        Process[] processes = [.. Enumerable.Range(0, 6).Select(number => Process.Start(
            static ((RawValue<int> running, int number) pair) =>
            {
                Interlocked.Increment(ref pair.running.Ref);
                Eventually.Holds(() => pair.running.Value == 6);
                Environment.Exit(pair.number);
            },
            (running, number)))];
        Array.ForEach(processes, static process => process.Join());
        Assert.Equal([0, 1, 2, 3, 4, 5], processes.Select(static process => process.ExitCode!.Value));
    }

    [Fact]
    public void A_child_lives_on_when_the_thread_that_started_it_has_ended()
    {
        using var mayEnd = new RawValue<int>();
        Process process = null!;
        var thread = new Threading.Thread(() => process = Process.Start(static mayEnd => Eventually.Holds(() => mayEnd.Value == 1), mayEnd));
        thread.Start();
        thread.Join();
        Assert.False(process.TryJoin(Brief));
        mayEnd.Value = 1;
        process.Join();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void To_end_it_after_its_end_does_nothing()
    {
        var process = Process.Start(static () => { });
        process.Join();
        process.Kill();
        process.Terminate();
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(ExitReason.Exited, process.ExitReason);
    }
}
