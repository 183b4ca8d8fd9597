namespace Braid.Tests;

/// <summary>What locks cost in memory. Each count is the least of several batches, so that what the runtime does once is not counted.</summary>
public sealed class AllocationTests : TimedTest
{
    private const int Batches = 20;
    private const int Rounds = 200;

    [Fact]
    public void A_lock_takes_at_most_32_bytes()
    {
        object[] locks = new object[1000];
        long bytes = LeastOf(() =>
        {
            for (int i = 0; i < locks.Length; i++)
            {
                locks[i] = new Threading.Lock();
            }
        });
        GC.KeepAlive(locks);
        Assert.InRange(bytes, 1, 32 * locks.Length);
    }

    [Fact]
    public void Uncontended_use_allocates_nothing()
    {
        var mutex = new Threading.Lock();
        var reentrant = new Threading.RLock();
        var permits = new Threading.Semaphore();
        long bytes = LeastOf(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                mutex.Acquire();
                mutex.Release();
                using (mutex.EnterScope())
                {
                }

                CompletesAtOnce(mutex.AcquireAsync());
                mutex.Release();
                Assert.True(CompletesAtOnce(mutex.TryAcquireAsync(Ample)));
                mutex.Release();

                reentrant.Acquire();
                reentrant.Acquire();
                reentrant.Release();
                reentrant.Release();
                permits.Acquire();
                permits.Release();
            }
        });
        Assert.Equal(0, bytes);
    }

    [Fact]
    public async Task Blocking_waits_allocate_nothing()
    {
        var mutex = new Threading.Lock();
        var turns = new Turns();
        await using var waiter = new BlockingActor();
        mutex.Acquire(Cancellation);
        Task<long> waiting = waiter.Do(() => LeastOf(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                mutex.Acquire();
                mutex.Release();
                Interlocked.Increment(ref turns.Taken);
                turns.WaitForHolder();
            }
        }));
        Func<bool> someoneWaits = () => mutex.WaiterCount == 1;
        long releasing = LeastOf(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                Eventually.Holds(someoneWaits);
                mutex.Release();
                turns.WaitForWaiter();
                mutex.Acquire();
                Interlocked.Increment(ref turns.Given);
            }
        });
        Assert.Equal(0, await waiting);
        Assert.Equal(0, releasing);
    }

    [Fact]
    public async Task Awaiting_waits_allocate_nothing()
    {
        var mutex = new Threading.Lock();
        long least = long.MaxValue;
        for (int batch = 0; batch < Batches; batch++)
        {
            long bytes = 0;
            for (int i = 0; i < Rounds; i++)
            {
                mutex.Acquire(Cancellation);
                long start = GC.GetAllocatedBytesForCurrentThread();
                ValueTask acquiring = mutex.AcquireAsync();
                bytes += GC.GetAllocatedBytesForCurrentThread() - start;
                Task turn = TakeTurn(mutex, acquiring);
                Assert.False(turn.IsCompleted);
                start = GC.GetAllocatedBytesForCurrentThread();
                mutex.Release();
                bytes += GC.GetAllocatedBytesForCurrentThread() - start;
                await turn;
            }

            least = Math.Min(least, bytes);
        }

        Assert.Equal(0, least);

        static async Task TakeTurn(Threading.Lock mutex, ValueTask acquiring)
        {
            await acquiring.ConfigureAwait(false);
            mutex.Release();
        }
    }

    private static void CompletesAtOnce(ValueTask task) => Assert.True(task.IsCompletedSuccessfully);

    private static T CompletesAtOnce<T>(ValueTask<T> task)
    {
        Assert.True(task.IsCompletedSuccessfully);
        return task.GetAwaiter().GetResult();
    }

    private static long LeastOf(Action batch)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Batches; i++)
        {
            long start = GC.GetAllocatedBytesForCurrentThread();
            batch();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - start);
        }

        return least;
    }

    /// <summary>Makes the two threads of a test take turns, without allocating.</summary>
    private sealed class Turns
    {
        public long Taken;
        public long Given;

        private readonly Func<bool> _holderHasIt;
        private readonly Func<bool> _waiterHadIt;

        public Turns()
        {
            _holderHasIt = () => Interlocked.Read(ref Given) >= Interlocked.Read(ref Taken);
            _waiterHadIt = () => Interlocked.Read(ref Taken) > Interlocked.Read(ref Given);
        }

        public void WaitForHolder() => Eventually.Holds(_holderHasIt);

        public void WaitForWaiter() => Eventually.Holds(_waiterHadIt);
    }
}
