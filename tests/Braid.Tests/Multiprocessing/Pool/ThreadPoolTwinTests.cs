using Braid.Multiprocessing;

namespace Braid.Tests;

public sealed class ThreadPoolTwinTests(ThreadPoolTwinTests.TwoThreads shared) : PoolContract(shared.Pool), IClassFixture<ThreadPoolTwinTests.TwoThreads>
{
    [Fact]
    public void Each_thread_is_initialized_once_and_there_are_no_more_than_asked_for()
    {
        int initialized = 0;
        using Multiprocessing.ThreadPool own = new(2, () => Interlocked.Increment(ref initialized));
        int[] threads = own.Map(static _ => Environment.CurrentManagedThreadId, Enumerable.Range(0, 50), token: Cancellation);
        Assert.InRange(threads.Distinct().Count(), 1, 2);
        Assert.InRange(initialized, 1, 2);
        Assert.Throws<ArgumentOutOfRangeException>("processes", static () => new Multiprocessing.ThreadPool(0));
    }

    [Fact]
    public void A_worker_cannot_wait_for_the_end_of_its_pool()
    {
        using Multiprocessing.ThreadPool own = new(1);
        Assert.Throws<InvalidOperationException>(() => own.Apply(() =>
        {
            own.Close();
            return own.TryJoin(Timeout.InfiniteTimeSpan);
        }));
    }

    protected override Pool NewPool(int processes) => new Multiprocessing.ThreadPool(processes);

    public sealed class TwoThreads : IDisposable
    {
        public Pool Pool { get; } = new Multiprocessing.ThreadPool(2);

        public void Dispose() => Pool.Dispose();
    }
}
