using Braid.Diagnostics;
using Braid.Futures;
using Braid.Threading;

namespace Braid.Tests;

/// <summary>Tests that change what holds for the whole process.</summary>
[CollectionDefinition("ProcessWide", DisableParallelization = true)]
public sealed class ProcessWide;

/// <summary>The deadlock option: who waits too long looks, and gets an exception instead of waiting forever.</summary>
[Collection("ProcessWide")]
public sealed class DeadlockDetectionTests : TimedTest
{
    [Fact]
    public void A_thread_in_a_circle_gets_an_exception_that_names_all_and_the_others_go_on()
    {
        DeadlockDetection.After = Brief;
        using var scene = new DeadlockScene();
        var one = new RLock();
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
        Assert.StartsWith("Deadlock: ", deadlock.Message, StringComparison.Ordinal);
        Assert.Matches("cross-a holds locked RLock.* and wants locked RLock", deadlock.Message);
        Assert.Matches("cross-b holds locked RLock.* and wants locked RLock", deadlock.Message);
        Assert.False(one.Locked || two.Locked);
        Assert.Equal(0, one.WaiterCount + two.WaiterCount);
        Assert.True(one.TryAcquire() && two.TryAcquire());
    }

    [Fact]
    public void A_call_that_waits_for_its_own_outcome_is_told_and_still_holds_what_it_held()
    {
        DeadlockDetection.After = Brief;
        var mutex = new RLock();
        using var executor = new ThreadPoolExecutor(1, threadNamePrefix: "own-outcome");
        var isSubmitted = new Event();
        Future<int>? own = null;
        int depth = 0;
        own = executor.Submit(() =>
        {
            isSubmitted.Wait();
            using Scope held = mutex.EnterScope();
            try
            {
                return own!.Result();
            }
            catch (DeadlockException)
            {
                depth = mutex.Depth;
                throw;
            }
        });
        isSubmitted.Set();
        var deadlock = Assert.IsType<DeadlockException>(own.Exception(Cancellation));
        Assert.Equal(["own-outcome_0"], deadlock.Threads);
        Assert.Equal(1, depth);
        Assert.False(mutex.Locked);
    }

    public static TheoryData<string> WaysOut() => ["a lock of anybody", "a token", "a timeout", "a pending call", "a lock twice"];

    /// <summary>Each of these waits can still be ended from outside, and is, after the threads have looked; so none may be refused.</summary>
    [Theory]
    [MemberData(nameof(WaysOut))]
    public async Task A_cycle_that_an_outside_thread_can_end_is_no_deadlock(string kind)
    {
        DeadlockDetection.After = TimeSpan.FromMilliseconds(2);
        using var events = new EventRecorder("PossibleDeadlock");
        await using var one = new BlockingActor();
        await using var two = new BlockingActor();
        using var source = new CancellationTokenSource();
        ILock mine = kind is "a lock of anybody" or "a lock twice" ? new Threading.Lock() : new RLock();
        var other = new RLock();
        await one.Do(() => mine.Acquire(CancellationToken.None));
        await two.Do(() => other.Acquire(CancellationToken.None));
        int before = DeadlockWatch.Pictures;
        switch (kind)
        {
            case "a lock of anybody":
                Task second = two.Do(() => mine.Acquire(CancellationToken.None));
                Task first = one.Do(() => other.Acquire(CancellationToken.None));
                Eventually.Holds(() => events.Count > 0);
                mine.Release();
                await second;
                await two.Do(other.Release);
                await first;
                break;
            case "a token":
                second = two.Do(() => mine.Acquire(CancellationToken.None));
                Task<OperationCanceledException> cancelled = one.Do(() => Assert.Throws<OperationCanceledException>(() => other.Acquire(source.Token)));
                Eventually.Holds(() => events.Count > 0);
                source.Cancel();
                await cancelled;
                await one.Do(mine.Release);
                await second;
                break;
            case "a timeout":
                second = two.Do(() => mine.Acquire(CancellationToken.None));
                Task<bool> timed = one.Do(() => other.TryAcquire(TimeSpan.FromSeconds(0.5)));
                Assert.False(await timed);
                await one.Do(mine.Release);
                await second;
                Assert.True(DeadlockWatch.Pictures > before);
                Assert.Equal(0, events.Count);
                break;
            case "a pending call":
                using (var executor = new ThreadPoolExecutor(1, threadNamePrefix: "pending-cycle"))
                {
                    var ready = new Event();
                    Future<int>? inner = null;
                    Future<int> outer = executor.Submit(() =>
                    {
                        ready.Wait();
                        return inner!.Result();
                    });
                    inner = executor.Submit(() => 1);
                    ready.Set();
                    Eventually.Holds(() => events.Count > 0);
                    inner.Cancel();
                    Assert.IsAssignableFrom<OperationCanceledException>(outer.Exception());
                }

                break;
            default:
                Task twice = one.Do(() => mine.Acquire(CancellationToken.None));
                Eventually.Holds(() => events.Count > 0);
                Assert.Contains("It ends only if another thread releases the Lock.", events.Last, StringComparison.Ordinal);
                mine.Release();
                await twice;
                break;
        }

        Assert.InRange(events.Count, 0, 1);   // the same circle is reported once, however often it is looked for
    }

    [Fact]
    public void Many_threads_that_wait_long_share_the_pictures_they_look_at()
    {
        const int Threads = 100;
        TimeSpan period = TimeSpan.FromMilliseconds(40);
        DeadlockDetection.After = period;
        using var scene = new DeadlockScene();
        var mutex = new RLock();
        mutex.Acquire(Cancellation);
        Threading.Thread[] waiting = [.. Enumerable.Range(0, Threads).Select(_ => new Threading.Thread(() => mutex.EnterScopeThen(() => { }), daemon: true))];
        Array.ForEach(waiting, thread => thread.Start());
        Eventually.Holds(() => mutex.WaiterCount == Threads);
        int before = DeadlockWatch.Pictures;
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        Eventually.Holds(() => DeadlockWatch.Pictures >= before + 10);
        double periods = System.Diagnostics.Stopwatch.GetElapsedTime(start) / period;
        int taken = DeadlockWatch.Pictures - before;
        mutex.Release();
        Threading.Thread.JoinAll(waiting);
        Assert.InRange(taken, 10, (4 * periods) + 3);   // not one for each of the threads
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
    [InlineData("quick", "off\n", "BRAID_DEADLOCK=quick is not a length of time, so deadlock detection is off. Write 5s, 500ms, or a number of seconds.\n")]
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
