using Braid.Futures;

namespace Braid.Tests;

/// <summary>What happens to a worker from outside while calls come and go.</summary>
public sealed class WorkerInterferenceTests : TimedTest
{
    [Fact]
    public void A_worker_interrupted_while_idle_still_runs_the_next_call()
    {
        using var executor = new ThreadPoolExecutor(maxWorkers: 1);
        System.Threading.Thread worker = executor.Submit(() => System.Threading.Thread.CurrentThread).Result(Cancellation);
        Eventually.Holds(() => (worker.ThreadState & System.Threading.ThreadState.WaitSleepJoin) != 0);
        worker.Interrupt();
        Future<int> next = executor.Submit(() => 5);
        Assert.True(next.TryResult(out int result, Ample));
        Assert.Equal(5, result);
    }

    [Fact]
    public void A_callback_of_a_call_cancelled_by_token_may_wait_for_a_later_call_of_the_only_worker()
    {
        using var executor = new ThreadPoolExecutor(maxWorkers: 1);
        using var source = new CancellationTokenSource();
        var mayEnd = new Threading.Event();
        Future<bool> running = executor.Submit(() => mayEnd.TryWait(Ample));
        Future<int> cancelled = executor.Submit(() => 1, source.Token);
        Future<int> later = executor.Submit(() => 2);
        bool hasEnded = false;
        cancelled.AddDoneCallback(_ =>
        {
            mayEnd.Set();
            hasEnded = later.TryResult(out int _, Ample);
        });
        source.Cancel();
        Assert.True(hasEnded);
        Assert.True(running.Result(Cancellation));
    }
}
