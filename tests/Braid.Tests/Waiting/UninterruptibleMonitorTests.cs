using Braid.Waiting;

namespace Braid.Tests;

/// <summary>An interrupt that strikes inside the kernel is the caller's, at its next wait.</summary>
public sealed class UninterruptibleMonitorTests : TimedTest
{
    [Fact]
    public void An_interrupt_during_a_wait_of_the_kernel_is_kept_for_the_next_wait_of_the_thread()
    {
        object monitor = new();
        (bool Wait, bool Afterwards, bool WithoutOne) seen = default;
        var thread = new System.Threading.Thread(() =>
        {
            Monitor.Enter(monitor);
            System.Threading.Thread.CurrentThread.Interrupt();
            bool interrupted = UninterruptibleMonitor.Wait(monitor);
            UninterruptibleMonitor.Exit(monitor, interrupted);
            bool isKept = IsInterrupted();
            Monitor.Enter(monitor);
            UninterruptibleMonitor.Exit(monitor, interrupted: false);
            seen = (interrupted, isKept, IsInterrupted());
        });
        thread.Start();
        Assert.True(thread.Join(Ample));
        Assert.Equal((true, true, false), seen);
    }

    [Fact]
    public void A_wait_of_the_kernel_that_is_pulsed_was_not_interrupted()
    {
        object monitor = new();
        using var hasBegun = new ManualResetEventSlim();
        bool interrupted = true;
        var thread = new System.Threading.Thread(() =>
        {
            Monitor.Enter(monitor);
            hasBegun.Set();                  // whoever enters from now on finds it in the wait
            interrupted = UninterruptibleMonitor.Wait(monitor);
            UninterruptibleMonitor.Exit(monitor, interrupted);
        });
        thread.Start();
        Assert.True(hasBegun.Wait(Ample, Cancellation));
        UninterruptibleMonitor.Pulse(monitor);
        Assert.True(thread.Join(Ample));
        Assert.False(interrupted);
    }

    [Fact]
    public void A_wait_that_is_interrupted_is_begun_again_and_the_interrupt_kept()
    {
        int waits = 0;
        bool isKept = false;
        var thread = new System.Threading.Thread(() =>
        {
            System.Threading.Thread.CurrentThread.Interrupt();
            UninterruptibleMonitor.Run(0, _ =>
            {
                waits++;
                UninterruptibleMonitor.ThrowIfInterrupted();
            });
            isKept = IsInterrupted();
        });
        thread.Start();
        Assert.True(thread.Join(Ample));
        Assert.Equal((2, true), (waits, isKept));
    }

    /// <summary>Whether an interrupt is pending; takes it.</summary>
    private static bool IsInterrupted()
    {
        try
        {
            UninterruptibleMonitor.ThrowIfInterrupted();
            return false;
        }
        catch (ThreadInterruptedException)
        {
            return true;
        }
    }
}
