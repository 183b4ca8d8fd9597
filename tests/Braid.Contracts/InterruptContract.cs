namespace Braid.Contracts;

/// <summary>What <see cref="System.Threading.Thread.Interrupt"/> does to a blocked wait: it ends that wait and nothing else.</summary>
public abstract class InterruptContract : TimedTest
{
    /// <summary>Blocks until it is granted.</summary>
    protected abstract void Wait();

    /// <summary>Ends what <see cref="Wait"/> took, so that the next wait is granted.</summary>
    protected abstract void GiveBack();

    /// <summary>Grants the wait of one waiter, or of all.</summary>
    protected abstract void Grant();

    protected abstract int WaiterCount { get; }

    /// <summary>Whether a wait would block, as it did before the interrupt.</summary>
    protected abstract bool IsClosed { get; }

    [Fact]
    public async Task It_ends_the_wait_of_its_thread_and_leaves_the_others_and_the_state()
    {
        await using var first = new BlockingActor();
        await using var second = new BlockingActor();
        await using var third = new BlockingActor();
        Task before = first.Do(WaitAndGiveBack);
        Eventually.Holds(() => WaiterCount == 1);
        Task interrupted = second.Do(WaitAndGiveBack);
        Eventually.Holds(() => WaiterCount == 2);
        Task after = third.Do(WaitAndGiveBack);
        Eventually.Holds(() => WaiterCount == 3);
        second.Thread.Interrupt();
        await Assert.ThrowsAsync<ThreadInterruptedException>(() => interrupted);
        Assert.Equal(2, WaiterCount);
        Assert.True(IsClosed);
        Assert.False(before.IsCompleted || after.IsCompleted);
        Grant();
        await before;
        await after;
        Assert.Equal(0, WaiterCount);
    }

    [Fact]
    public async Task It_is_not_lost_when_it_races_the_end_of_the_wait()
    {
        await using var actor = new BlockingActor();
        using var never = new ManualResetEventSlim();
        for (int round = 0; round < 200; round++)
        {
            Task<bool> interrupted = actor.Do(() =>
            {
                try
                {
                    Wait();
                }
                catch (ThreadInterruptedException)
                {
                    return true;
                }

                GiveBack();
                return IsInterrupted(never);
            });
            Eventually.Holds(() => WaiterCount == 1);
            Task granting = Task.Run(Grant, Cancellation);
            actor.Thread.Interrupt();
            Assert.True(await interrupted);
            await granting;
            Assert.Equal(0, WaiterCount);
            Close();
        }
    }

    /// <summary>Makes waits block again, whether or not the last one took what was given.</summary>
    protected abstract void Close();

    private static bool IsInterrupted(ManualResetEventSlim never)
    {
        try
        {
            never.Wait(Ample, Cancellation);
            return false;
        }
        catch (ThreadInterruptedException)
        {
            return true;
        }
    }

    private void WaitAndGiveBack()
    {
        Wait();
        GiveBack();
    }
}
