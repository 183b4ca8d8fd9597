using System.Runtime.CompilerServices;
using Braid.Multiprocessing;
using Braid.Threading;

namespace Braid.Tests;

/// <summary>Re-entrant locks of threads that have ended. In processes of their own, where no other test takes the ids that become free.</summary>
public sealed class EndedThreadTests : TimedTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_lock_held_by_a_thread_that_has_ended_does_not_belong_to_the_next_thread_of_its_id(bool isShared)
    {
        (int depth, bool isTaken, bool isReleased) = Process.Run(TryAsNextThread, isShared, timeout: Ample);
        Assert.Equal((0, false, false), (depth, isTaken, isReleased));
    }

    private static (int Depth, bool IsTaken, bool IsReleased) TryAsNextThread(bool isShared)
    {
        (int Depth, bool IsTaken, bool IsReleased)? seen = null;
        var held = new Dictionary<int, ILock>();
        for (int i = 0; i < 10; i++)
        {
            ILock mutex = isShared ? new Multiprocessing.RLock() : new Threading.RLock();
            RunThread(() =>
            {
                mutex.Acquire();
                held[Environment.CurrentManagedThreadId] = mutex;
            });
        }

        while (seen is null)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();   // an id is free once its thread's object is gone
            RunThread(() => seen = held.TryGetValue(Environment.CurrentManagedThreadId, out ILock? mutex) ? Try(mutex) : null);
        }

        return seen.Value;
    }

    private static (int Depth, bool IsTaken, bool IsReleased) Try(ILock mutex)
    {
        int depth = mutex is Multiprocessing.RLock shared ? shared.Depth : ((Threading.RLock)mutex).Depth;
        bool isReleased = true;
        try
        {
            mutex.Release();
        }
        catch (SynchronizationLockException)
        {
            isReleased = false;
        }

        return (depth, mutex.TryAcquire(), isReleased);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunThread(ThreadStart run)
    {
        var thread = new System.Threading.Thread(run);
        thread.Start();
        thread.Join();
    }
}
