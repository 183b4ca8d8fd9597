using Braid.Diagnostics;
using Braid.Futures;
using Braid.Threading;

namespace Braid.Tests;

/// <summary>Circles of waits in the graph. The waits carry a token, by which the test ends them.</summary>
public sealed class DeadlockTests : TimedTest
{
    private readonly DeadlockScene _scene = new();
    private readonly CancellationTokenSource _end = new();

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void A_circle_of_threads_over_locks_is_found_and_printed(int count, bool isReentrant)
    {
        ILock[] locks = [.. Enumerable.Range(0, count).Select(_ => isReentrant ? (ILock)new RLock() : new Threading.Lock())];
        string[] names = [.. Enumerable.Range(0, count).Select(number => $"circle-{count}-{isReentrant}-{number}")];
        var allHold = new Threading.Barrier(count);
        for (int i = 0; i < count; i++)
        {
            (ILock mine, ILock next) = (locks[i], locks[(i + 1) % count]);
            _scene.Start(names[i], () => mine.EnterScopeThen(() =>
            {
                allHold.Wait();
                Acquire(next);
            }));
        }

        Eventually.Holds(() => DeadlockScene.DeadlockOf(names[0]) is not null);
        WaitGraph.Deadlock deadlock = DeadlockScene.DeadlockOf(names[0])!;
        Assert.Equal(names.Order(), deadlock.Cycle.Select(wait => wait.Who).Order());
        string text = deadlock.ToString();
        Assert.StartsWith("Possible deadlock: ", text, StringComparison.Ordinal);
        Assert.Contains($"the token of {names[0]} is cancelled", text, StringComparison.Ordinal);
        Assert.Equal(!isReentrant, text.Contains("another thread releases the Lock", StringComparison.Ordinal));
        Assert.False(deadlock.IsCertain);
        for (int i = 0; i < count; i++)
        {
            Assert.Matches($"{names[i]} holds {NameOf(locks[i])} and wants {NameOf(locks[(i + 1) % count])}", text);
        }
    }

    [Fact]
    public void A_thread_that_takes_a_plain_lock_twice_is_told_to_use_another()
    {
        var mutex = new Threading.Lock();
        _scene.Start("twice", () => mutex.EnterScopeThen(() => Acquire(mutex)));
        string text = DeadlockScene.DeadlockOf("twice")!.ToString();
        Assert.Contains("twice waits for locked Lock", text, StringComparison.Ordinal);
        Assert.Contains("which it holds itself", text, StringComparison.Ordinal);
        Assert.Contains("RLock", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_that_join_each_other_are_found()
    {
        Threading.Thread? second = null;
        var secondIsKnown = new Event();
        Threading.Thread first = _scene.Start("join-one", () =>
        {
            secondIsKnown.Wait();
            Wait(token => second!.Join(token));
        });
        second = _scene.Start("join-two", () => Wait(token => first.Join(token)));
        secondIsKnown.Set();
        Eventually.Holds(() => DeadlockScene.DeadlockOf("join-one") is not null);
        Assert.Equal(2, DeadlockScene.DeadlockOf("join-one")!.Cycle.Count);
    }

    [Fact]
    public void Calls_that_wait_for_pending_calls_of_their_own_full_pool_are_found()
    {
        var executor = new ThreadPoolExecutor(maxWorkers: 2, threadNamePrefix: "full");
        var bothRun = new Threading.Barrier(2);
        Future[] outer = [.. Enumerable.Range(0, 2).Select(_ => executor.Submit(() =>
        {
            bothRun.Wait();
            Future<int> inner = executor.Submit(() => 1);
            Wait(token => inner.Result(token));
        }))];
        Eventually.Holds(() => WaitGraph.Capture().Deadlocks.Any(deadlock => deadlock.Cycle.Any(wait => wait.Who.StartsWith("full_", StringComparison.Ordinal))));
        _end.Cancel();
        executor.Shutdown();
        Assert.All(outer, call => Assert.True(call.Done));
    }

    [Fact]
    public void Who_waits_for_a_thread_in_a_circle_is_not_part_of_it()
    {
        var mutex = new Threading.Lock();
        Threading.Thread stuck = _scene.Start("stuck", () => mutex.EnterScopeThen(() => Acquire(mutex)));
        _scene.Start("onlooker", () => Wait(token => stuck.Join(token)));
        Assert.NotNull(DeadlockScene.DeadlockOf("stuck"));
        Assert.Null(DeadlockScene.DeadlockOf("onlooker"));
    }

    public override void Dispose()
    {
        _end.Cancel();
        _scene.Dispose();
        _end.Dispose();
        base.Dispose();
    }

    /// <summary>The lock's name in a message: its number tells it from the others.</summary>
    private static string NameOf(ILock mutex) =>
        $"locked {mutex.GetType().Name}[^(]*\\(#{System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(mutex):x}\\)";

    private void Acquire(ILock mutex) => Wait(mutex.Acquire);

    private void Wait(Action<CancellationToken> wait)
    {
        try
        {
            wait(_end.Token);
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
