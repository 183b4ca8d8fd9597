namespace Braid.Tests;

/// <summary>Awaiters that ask whether the wait is over instead of registering what follows, and begin the next wait at once, with the same pooled object.</summary>
public sealed class AskingAwaiterTests : TimedTest
{
    private const int Rounds = 10_000;

    [Fact]
    public async Task One_that_asks_never_disturbs_the_next_wait()
    {
        var permits = new Permits();
        int round = 0;
        var giver = new System.Threading.Thread(() =>
        {
            for (int next = 1; next <= Rounds; next++)
            {
                SpinUntil(ref round, next);
                permits.Give();
            }
        });
        giver.Start();
        await Task.Factory.StartNew(() => Ask(permits, ref round), Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        giver.Join();
        Assert.Equal((0, 0), (permits.Free, permits.WaiterCount));
    }

    [Fact]
    public async Task Nor_does_one_that_asks_a_method_of_Braids()
    {
        var mutex = new Threading.Lock();
        mutex.Acquire(Cancellation);
        int round = 0;
        var releaser = new System.Threading.Thread(() =>
        {
            for (int next = 1; next <= Rounds; next++)
            {
                SpinUntil(ref round, next);
                mutex.Release();
            }
        });
        releaser.Start();
        await Task.Factory.StartNew(
            () =>
            {
                for (int next = 1; next <= Rounds; next++)
                {
                    ValueTask<Threading.AsyncScope> entering = mutex.EnterScopeAsync(CancellationToken.None);
                    Volatile.Write(ref round, next);
                    Read(entering, asks: next % 16 != 0);   // held on: the next round waits for it
                }
            },
            Cancellation,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        releaser.Join();
        Assert.True(mutex.Locked);
    }

    private static void Ask(Permits permits, ref int round)
    {
        for (int next = 1; next <= Rounds; next++)
        {
            ValueTask<bool> taking = permits.TakeAsync(System.Threading.Timeout.InfiniteTimeSpan, CancellationToken.None);
            Volatile.Write(ref round, next);
            Assert.True(Read(taking, asks: next % 16 != 0));
        }
    }

    private static T Read<T>(ValueTask<T> task, bool asks)
    {
        if (!asks)
        {
            return task.AsTask().GetAwaiter().GetResult();
        }

        while (!task.IsCompleted)
        {
            System.Threading.Thread.SpinWait(1);
        }

        return task.GetAwaiter().GetResult();
    }

    private static void SpinUntil(ref int round, int next)
    {
        var spin = default(SpinWait);
        while (Volatile.Read(ref round) < next)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }
}
