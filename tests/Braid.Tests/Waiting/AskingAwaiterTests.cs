using System.Diagnostics;

namespace Braid.Tests;

/// <summary>Awaiters that ask whether the wait is over instead of registering what follows, and begin the next wait at once, with the same pooled object.</summary>
/// <remarks>Two threads take turns, which takes a slice of processor time each on a busy machine: there fewer rounds have to do.</remarks>
public sealed class AskingAwaiterTests : TimedTest
{
    private const int Rounds = 10_000;
    private const int Done = -1;

    private static readonly TimeSpan s_budget = TimeSpan.FromSeconds(10);

    private readonly Stopwatch _clock = Stopwatch.StartNew();

    [Fact]
    public async Task One_that_asks_never_disturbs_the_next_wait()
    {
        var permits = new Permits();
        int round = 0;
        var giver = new System.Threading.Thread(() =>
        {
            for (int next = 1; Reaches(ref round, next); next++)
            {
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
            for (int next = 1; Reaches(ref round, next); next++)
            {
                mutex.Release();
            }
        });
        releaser.Start();
        await Task.Factory.StartNew(
            () =>
            {
                try
                {
                    for (int next = 1; IsDue(next); next++)
                    {
                        ValueTask<Threading.AsyncScope> entering = mutex.EnterScopeAsync(CancellationToken.None);
                        Volatile.Write(ref round, next);
                        Read(entering, asks: next % 16 != 0);   // held on: the next round waits for it
                    }
                }
                finally
                {
                    Volatile.Write(ref round, Done);
                }
            },
            Cancellation,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        releaser.Join();
        Assert.True(mutex.Locked);
    }

    private bool IsDue(int next) => next <= Rounds && _clock.Elapsed < s_budget;

    private void Ask(Permits permits, ref int round)
    {
        try
        {
            for (int next = 1; IsDue(next); next++)
            {
                ValueTask<bool> taking = permits.TakeAsync(System.Threading.Timeout.InfiniteTimeSpan, CancellationToken.None);
                Volatile.Write(ref round, next);
                Assert.True(Read(taking, asks: next % 16 != 0));
            }
        }
        finally
        {
            Volatile.Write(ref round, Done);
        }
    }

    private static T Read<T>(ValueTask<T> task, bool asks)
    {
        if (!asks)
        {
            return task.AsTask().GetAwaiter().GetResult();
        }

        for (int asked = 1; !task.IsCompleted; asked++)
        {
            if (asked % 1000 == 0)
            {
                System.Threading.Thread.Yield();
            }
        }

        return task.GetAwaiter().GetResult();
    }

    /// <summary>Waits for that round.</summary>
    /// <returns>False if there is none.</returns>
    private static bool Reaches(ref int round, int next)
    {
        var spin = default(SpinWait);
        int reached;
        while ((reached = Volatile.Read(ref round)) < next && reached != Done)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }

        return reached != Done;
    }
}
