namespace Braid.Checking.Tests.Models;

/// <summary>
/// How many threads wait for a reader-writer lock. Not part of the comparison with the real lock, which spins and sleeps before it counts a
/// waiter.
/// </summary>
public sealed class WaitingCountTests
{
    [Fact]
    public void Waiters_are_counted_by_the_mode_that_they_wait_for()
    {
        CheckReport report = Check.Explore(() =>
        {
            var gate = new ReaderWriterLockSlim();
            gate.EnterWriteLock();
            Thread[] waiting =
            [
                Started(() => { gate.EnterReadLock(); gate.ExitReadLock(); }),
                Started(() => { gate.EnterReadLock(); gate.ExitReadLock(); }),
                Started(() => { gate.EnterUpgradeableReadLock(); gate.ExitUpgradeableReadLock(); }),
                Started(() => { gate.EnterWriteLock(); gate.ExitWriteLock(); }),
            ];
            Thread.Sleep(1);   // virtual time: it passes once all other threads wait
            if ((gate.WaitingReadCount, gate.WaitingUpgradeCount, gate.WaitingWriteCount) != (2, 1, 1))
            {
                throw new InvalidOperationException($"{gate.WaitingReadCount} {gate.WaitingUpgradeCount} {gate.WaitingWriteCount}");
            }

            gate.ExitWriteLock();
            foreach (Thread thread in waiting)
            {
                thread.Join();
            }
        }, new CheckOptions { Schedules = 300 });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }

    private static Thread Started(ThreadStart body)
    {
        var thread = new Thread(body);
        thread.Start();
        return thread;
    }
}
