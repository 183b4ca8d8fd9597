using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Waiting for processes and connections in one call. After CPython's <c>TestWait</c> and <c>test_sentinel</c>.</summary>
public sealed class SentinelTests : TimedTest
{
    [Fact]
    public void There_is_one_from_the_start_on_and_always_the_same()
    {
        var process = new Process(static () => { });
        Assert.Contains("Call Start() first", Assert.Throws<InvalidOperationException>(() => process.Sentinel).Message);
        process.Start();
        IWaitable sentinel = process.Sentinel;
        process.Join();
        Assert.Same(sentinel, process.Sentinel);
        process.Close();
        Assert.Throws<ObjectDisposedException>(() => process.Sentinel);
        Assert.Equal([sentinel], Connection.Wait([sentinel]));
    }

    [Fact]
    public async Task Those_of_ended_processes_are_ready_at_once_also_when_asked_for_late()
    {
        using var mayEnd = new RawValue<int>();
        Process ended = Process.Start(static () => { });
        ended.Join();
        Process running = Waiting(mayEnd);
        IWaitable[] many = [running.Sentinel, ended.Sentinel];
        Assert.Equal([many[1]], Connection.Wait(many, TimeSpan.Zero));
        Assert.Equal([many[1]], Connection.Wait(many));
        Assert.Equal([many[1]], await Connection.WaitAsync(many, token: Cancellation));
        mayEnd.Value = 1;
        running.Join();
        Assert.Equal(many, Connection.Wait(many, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_wait_ends_when_a_process_does()
    {
        using var mayEnd = new RawValue<int>();
        using var never = new RawValue<int>();
        Process first = Waiting(mayEnd);
        Process second = Waiting(never);
        (Connection reader, Connection writer) = Pipe.Create(duplex: false);
        using (reader)
        using (writer)
        {
            IWaitable[] many = [reader, second.Sentinel, first.Sentinel];
            await using var other = new BlockingActor();
            Task<IReadOnlyList<IWaitable>> blocked = other.Do(() => Connection.Wait(many));
            Task<IReadOnlyList<IWaitable>> awaiting = Connection.WaitAsync(many, token: Cancellation).AsTask();
            Assert.False(blocked.IsCompleted || awaiting.IsCompleted);
            mayEnd.Value = 1;
            Assert.Equal([first.Sentinel], await blocked);
            Assert.Equal([first.Sentinel], await awaiting);
            writer.Send(1);
            Assert.Equal([reader, first.Sentinel], Connection.Wait(many));
        }

        second.Kill();
        second.Join();
    }

    [Fact]
    public async Task A_killed_process_ends_the_wait_and_a_message_that_came_before_is_told_too()
    {
        using var never = new RawValue<int>();
        Process process = Waiting(never);
        (Connection reader, Connection writer) = Pipe.Create(duplex: false);
        using (reader)
        using (writer)
        {
            IWaitable[] many = [process.Sentinel, reader];
            await using var other = new BlockingActor();
            Task<IReadOnlyList<IWaitable>> blocked = other.Do(() => Connection.Wait([process.Sentinel, process.Sentinel]));
            Task<IReadOnlyList<IWaitable>> awaiting = Connection.WaitAsync([process.Sentinel], token: Cancellation).AsTask();
            writer.Send(1);
            Assert.Equal([reader], Connection.Wait(many));
            SystemView.Signal(process.Pid!.Value, SystemView.Kill);
            Assert.Equal([process.Sentinel, process.Sentinel], await blocked);
            Assert.Equal([process.Sentinel], await awaiting);
            Assert.Equal(many, Connection.Wait(many));
            Assert.Equal(-SystemView.Kill, process.ExitCode);   // whoever is told that it has ended finds how
        }
    }

    [Fact]
    public async Task While_processes_run_the_time_or_the_token_ends_the_wait()
    {
        using var mayEnd = new RawValue<int>();
        Process process = Waiting(mayEnd);
        Assert.Empty(Connection.Wait([process.Sentinel], TimeSpan.Zero));
        Assert.Empty(Connection.Wait([process.Sentinel], Brief));
        Assert.Empty(await Connection.WaitAsync([process.Sentinel], Brief, Cancellation));
        using var cancel = new CancellationTokenSource();
        await using var other = new BlockingActor();
        Task blocked = other.Do(() => Connection.Wait([process.Sentinel], token: cancel.Token));
        Task awaiting = Connection.WaitAsync([process.Sentinel], token: cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocked);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => awaiting);
        mayEnd.Value = 1;
        Assert.Single(Connection.Wait([process.Sentinel]));
        process.Join();
    }

    [Fact]
    public void Each_of_many_is_told_as_it_ends()
    {
        using var mayEnd = new RawValue<int>();
        var left = Enumerable.Range(1, 4).ToDictionary(number => Process.Start(
            static ((RawValue<int> mayEnd, int number) shared) => Eventually.Holds(() => shared.mayEnd.Value >= shared.number),
            (mayEnd, number),
            daemon: true).Sentinel);
        for (int number = 1; number <= 4; number++)
        {
            mayEnd.Value = number;
            IWaitable ended = Assert.Single(Connection.Wait(left.Keys));
            Assert.True(left.Remove(ended, out int told));
            Assert.Equal(number, told);
        }
    }

    [Fact]
    public void It_stays_in_its_process()
    {
        Process process = Process.Start(static () => { });
        IWaitable sentinel = process.Sentinel;
        Assert.Contains("sentinel", Assert.Throws<PayloadException>(() => Process.Run(static sentinel => Connection.Wait([sentinel]).Count, sentinel)).Message, StringComparison.OrdinalIgnoreCase);
        process.Join();
    }

    /// <summary>A daemon, so that a test that fails does not keep the run from ending.</summary>
    private static Process Waiting(RawValue<int> mayEnd) => Process.Start(static mayEnd => Eventually.Holds(() => mayEnd.Value == 1), mayEnd, daemon: true);
}
