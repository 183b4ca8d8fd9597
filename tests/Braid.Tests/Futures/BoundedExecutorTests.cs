using Braid.Futures;

namespace Braid.Tests;

public sealed class BoundedThreadPoolTests : BoundedExecutorContract
{
    protected override Executor NewExecutor(int maxPending) => new ThreadPoolExecutor(new ThreadPoolOptions { MaxWorkers = 1, MaxPending = maxPending });

    [Fact]
    public void What_a_worker_submits_waits_for_no_place()
    {
        using var executor = new ThreadPoolExecutor(new ThreadPoolOptions { MaxWorkers = 1, MaxPending = 1 });
        Future<int>[] inner = executor.Submit(() => Enumerable.Range(0, 10).Select(n => executor.Submit(() => n)).ToArray()).Result(Cancellation);
        Assert.Equal(Enumerable.Range(0, 10), inner.Select(call => call.Result(Cancellation)));
    }

    [Fact]
    public void A_bound_below_one_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ThreadPoolExecutor(new ThreadPoolOptions { MaxPending = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ProcessPoolExecutor(new ProcessPoolOptions { MaxPending = 0 }));
    }
}

public sealed class BoundedProcessPoolTests : BoundedExecutorContract
{
    protected override Executor NewExecutor(int maxPending) => new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, MaxPending = maxPending });

    [Fact]
    public void What_cannot_travel_gives_its_place_back()
    {
        using Executor executor = NewExecutor(1);
        var local = new Threading.Event();
        for (int round = 0; round < 3; round++)
        {
            Assert.Throws<Braid.Multiprocessing.PayloadException>(() => executor.Submit(() => local.TryWait()));
        }

        Assert.True(executor.TrySubmit(static () => 1, out Future<int>? call));
        Assert.Equal(1, call.Result(Cancellation));
    }
}
