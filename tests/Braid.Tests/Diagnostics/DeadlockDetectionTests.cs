using Braid.Diagnostics;
using Braid.Threading;

namespace Braid.Tests;

/// <summary>Tests that change what holds for the whole process.</summary>
[CollectionDefinition("ProcessWide", DisableParallelization = true)]
public sealed class ProcessWide;

/// <summary>The deadlock option: who waits too long looks, and gets an exception instead of waiting for ever.</summary>
[Collection("ProcessWide")]
public sealed class DeadlockDetectionTests : TimedTest
{
    [Fact]
    public void A_thread_in_a_circle_gets_an_exception_that_names_all_and_the_others_go_on()
    {
        DeadlockDetection.After = Brief;
        using var scene = new DeadlockScene();
        var one = new Threading.Lock();
        var two = new RLock();
        var bothHold = new Threading.Barrier(2);
        int thrown = 0;
        DeadlockException? deadlock = null;
        void Cross(ILock mine, ILock other) => mine.EnterScopeThen(() =>
        {
            bothHold.Wait();
            try
            {
                other.EnterScopeThen(() => { });
            }
            catch (DeadlockException exception)
            {
                Interlocked.Increment(ref thrown);
                deadlock = exception;
            }
        });
        Threading.Thread a = scene.Start("cross-a", () => Cross(one, two));
        Threading.Thread b = scene.Start("cross-b", () => Cross(two, one));
        Threading.Thread.JoinAll(a, b);
        Assert.InRange(thrown, 1, 2);
        Assert.Null(a.Exception ?? b.Exception);
        Assert.Equal(["cross-a", "cross-b"], deadlock!.Threads.Order());
        Assert.Matches("cross-a holds locked Lock.* and wants locked RLock", deadlock.Message);
        Assert.Matches("cross-b holds locked RLock.* and wants locked Lock", deadlock.Message);
        Assert.False(one.Locked || two.Locked);
        Assert.Equal(0, one.WaiterCount + two.WaiterCount);
        Assert.True(one.TryAcquire() && two.TryAcquire());
    }

    [Fact]
    public async Task A_thread_that_waits_for_itself_still_holds_what_it_held_and_those_behind_go_on()
    {
        DeadlockDetection.After = Brief;
        var mutex = new Threading.Lock();
        await using var twice = new BlockingActor();
        await twice.Do(() => mutex.Acquire(CancellationToken.None));
        Task<DeadlockException> thrown = twice.Do(() => Assert.Throws<DeadlockException>(() => mutex.Acquire(CancellationToken.None)));
        Eventually.Holds(() => mutex.WaiterCount == 1 || thrown.IsCompleted);
        Task behind = mutex.AcquireAsync(Cancellation).AsTask();
        Assert.Equal(["actor"], (await thrown).Threads);
        Assert.True(mutex.Locked);
        Assert.Equal(1, mutex.WaiterCount);
        await twice.Do(mutex.Release);
        await behind;
        mutex.Release();
    }

    [Fact]
    public async Task A_long_wait_without_a_circle_goes_on()
    {
        DeadlockDetection.After = TimeSpan.FromMilliseconds(1);
        var mutex = new Threading.Lock();
        mutex.Acquire(Cancellation);
        await using var other = new BlockingActor();
        Task<bool> waiting = other.Do(() => mutex.TryAcquire(Ample));
        Assert.False(new Event().TryWait(Brief));
        Assert.False(waiting.IsCompleted);
        mutex.Release();
        Assert.True(await waiting);
    }

    [Theory]
    [InlineData("5s", "5 s\n", "")]
    [InlineData("", "off\n", "")]
    [InlineData("quick", "off\n", "BRAID_DEADLOCK=quick is no length of time, and nobody looks for deadlocks. Write 5s, 500ms, or a number of seconds.\n")]
    public async Task The_variable_sets_it_and_one_that_is_no_length_of_time_is_told(string value, string after, string told)
    {
        using var program = new ChildProgram("deadlock-option", start => start.Environment["BRAID_DEADLOCK"] = value);
        Assert.Equal((0, after, told), await program.End(Cancellation));
    }

    [Fact]
    public void The_time_before_looking_is_positive_or_null()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => DeadlockDetection.After = TimeSpan.Zero);
        Assert.Throws<ArgumentOutOfRangeException>(() => DeadlockDetection.After = Timeout.InfiniteTimeSpan);
        DeadlockDetection.After = TimeSpan.FromSeconds(3);
        Assert.Equal(TimeSpan.FromSeconds(3), DeadlockDetection.After);
        DeadlockDetection.After = null;
        Assert.Null(DeadlockDetection.After);
    }

    [Theory]
    [InlineData("5s", 5000)]
    [InlineData("5S", 5000)]
    [InlineData("500ms", 500)]
    [InlineData(" 2 ", 2000)]
    [InlineData("0.25", 250)]
    [InlineData("1.5 s", 1500)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("0", null)]
    [InlineData("-1s", null)]
    [InlineData("soon", null)]
    [InlineData("1e30", null)]
    [InlineData("NaN", null)]
    public void The_environment_variable_is_a_length_of_time(string? text, int? milliseconds) =>
        Assert.Equal(milliseconds, DeadlockDetection.Parse(text)?.TotalMilliseconds);

    public override void Dispose()
    {
        DeadlockDetection.After = null;
        base.Dispose();
    }
}
