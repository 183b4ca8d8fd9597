using Braid.Waiting;

namespace Braid.Tests;

/// <summary>What a thread of Braid's own is, seen from within. What befalls those that are there is in <see cref="ServiceThreadTests"/>.</summary>
public sealed class ServiceThreadStateTests : TimedTest
{
    [Fact]
    public void It_is_a_background_thread_with_a_name_which_knows_itself()
    {
        using var isDone = new ManualResetEventSlim();
        (bool IsBackground, string? Name, bool IsAny, bool IsThis, bool IsOther) inside = default;
        var other = new ServiceThread("other", static () => { });
        ServiceThread? service = null;
        service = new ServiceThread("Braid test", () =>
        {
            var own = System.Threading.Thread.CurrentThread;
            inside = (own.IsBackground, own.Name, ServiceThread.IsAnyCurrent, service!.IsCurrent, other.IsCurrent);
            isDone.Set();
        });
        Assert.False(service.IsStarted);
        service.EnsureStarted();
        Assert.True(service.IsStarted);
        Assert.True(isDone.Wait(Ample, Cancellation));
        Assert.Equal((true, "Braid test", true, true, false), inside);
        Assert.False(ServiceThread.IsAnyCurrent);
        Assert.False(service.IsCurrent);
    }

    [Fact]
    public void An_interrupt_that_was_meant_for_code_that_has_returned_does_not_end_it()
    {
        using var isDone = new ManualResetEventSlim();
        int turns = 0;
        var service = new ServiceThread("Braid test", () =>
        {
            if (++turns == 1)
            {
                throw new ThreadInterruptedException();
            }

            isDone.Set();
        });
        service.EnsureStarted();
        Assert.True(isDone.Wait(Ample, Cancellation));
        Assert.Equal(2, turns);
    }

    [Fact]
    public void A_pause_takes_an_interrupt_and_ends()
    {
        bool isInterruptedAfterwards = false;
        var thread = new System.Threading.Thread(() =>
        {
            System.Threading.Thread.CurrentThread.Interrupt();
            ServiceThread.Pause(Timeout.Infinite);
            try
            {
                UninterruptibleMonitor.ThrowIfInterrupted();
            }
            catch (ThreadInterruptedException)
            {
                isInterruptedAfterwards = true;
            }
        });
        thread.Start();
        Assert.True(thread.Join(Ample));
        Assert.False(isInterruptedAfterwards);
    }
}
