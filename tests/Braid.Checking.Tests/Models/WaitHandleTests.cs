using Braid.Checking.Tests.Hooks;

namespace Braid.Checking.Tests.Models;

/// <summary>Waits for several handles, abandoned mutexes, direct grants, cancellation, and the wording for lost signals.</summary>
public class WaitHandleTests
{
    [Fact]
    public void WaitAny_takes_the_lowest_free_handle_and_leaves_the_others()
    {
        Explored.Runs(() =>
        {
            var first = new AutoResetEvent(false);
            var second = new AutoResetEvent(true);
            var third = new AutoResetEvent(true);
            Equal(1, WaitHandle.WaitAny([first, second, third]));
            Equal(2, WaitHandle.WaitAny([first, second, third]));
            Equal(WaitHandle.WaitTimeout, WaitHandle.WaitAny([first, second, third], 0));
        });
    }

    [Fact]
    public void WaitAll_takes_nothing_until_all_handles_are_free()
    {
        Check.Run(() =>
        {
            var first = new AutoResetEvent(true);
            var second = new AutoResetEvent(false);
            var waiter = new Thread(() => WaitHandle.WaitAll([first, second]));
            waiter.Start();
            Equal(true, first.WaitOne());
            first.Set();
            second.Set();
            waiter.Join();
            Equal(false, first.WaitOne(0));
        });
    }

    [Fact]
    public void The_next_thread_to_take_an_abandoned_mutex_gets_an_exception()
    {
        Check.Run(() =>
        {
            var mutex = new Mutex();
            var owner = new Thread(() => mutex.WaitOne());
            owner.Start();
            owner.Join();
            bool told = false;
            try
            {
                mutex.WaitOne();
            }
            catch (AbandonedMutexException)
            {
                told = true;
            }

            Equal(true, told);
            mutex.ReleaseMutex();
            Equal(true, mutex.WaitOne(0));
            mutex.ReleaseMutex();
        });
    }

    [Fact]
    public void A_waiter_for_a_mutex_whose_owner_ends_gets_an_abandoned_mutex_exception()
    {
        CheckReport report = Check.Explore(() =>
        {
            var mutex = new Mutex();
            var owner = new Thread(() =>
            {
                mutex.WaitOne();
                Thread.Sleep(10);
            });
            owner.Start();
            Thread.Sleep(5);
            mutex.WaitOne();
        });
        Assert.IsType<AbandonedMutexException>(report.Exception);
    }

    [Fact]
    public void A_thread_that_was_waiting_when_an_event_was_set_proceeds_even_if_the_event_is_reset()
    {
        Check.Run(() =>
        {
            var signal = new ManualResetEvent(false);
            var waiter = new Thread(() => signal.WaitOne());
            waiter.Start();
            Thread.Sleep(10);
            signal.Set();
            signal.Reset();
            waiter.Join();
        });
    }

    [Fact]
    public void An_event_that_is_set_and_reset_before_a_thread_waits_is_a_lost_wakeup()
    {
        CheckReport report = Check.Explore(() =>
        {
            var signal = new ManualResetEvent(false);
            var waiter = new Thread(() => signal.WaitOne());
            waiter.Start();
            signal.Set();
            signal.Reset();
            waiter.Join();
        });
        Assert.Equal(Verdict.LostWakeup, report.Verdict);
        Assert.Contains("erased by main's reset at WaitHandleTests.cs:", report.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_sets_of_an_automatic_event_can_release_only_one_waiter()
    {
        CheckReport report = Check.Explore(() =>
        {
            var signal = new AutoResetEvent(false);
            Thread[] waiters = [new(() => signal.WaitOne()), new(() => signal.WaitOne())];
            Array.ForEach(waiters, waiter => waiter.Start());
            signal.Set();
            signal.Set();
            Array.ForEach(waiters, waiter => waiter.Join());
        });
        Assert.Equal(Verdict.LostWakeup, report.Verdict);
        Assert.Contains("it was set already", report.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_token_ends_a_wait_for_a_permit_and_for_an_event()
    {
        Check.Run(() =>
        {
            using var source = new CancellationTokenSource();
            CancellationToken token = source.Token;
            var permits = new SemaphoreSlim(0);
            var gate = new ManualResetEventSlim();
            int cancelled = 0;
            void Wait(Action<CancellationToken> wait)
            {
                try
                {
                    wait(token);
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref cancelled);
                }
            }

            Thread[] waiters = [new(() => Wait(permits.Wait)), new(() => Wait(gate.Wait))];
            Array.ForEach(waiters, waiter => waiter.Start());
            source.Cancel();
            Array.ForEach(waiters, waiter => waiter.Join());
            Equal(2, cancelled);
        });
    }

    [Fact]
    public void An_interrupt_ends_a_wait_and_removes_the_waiter()
    {
        Check.Run(() =>
        {
            var signal = new AutoResetEvent(false);
            bool interrupted = false;
            var waiter = new Thread(() =>
            {
                try
                {
                    signal.WaitOne();
                }
                catch (ThreadInterruptedException)
                {
                    interrupted = true;
                }
            });
            waiter.Start();
            waiter.Interrupt();
            waiter.Join();
            signal.Set();
            Equal(true, interrupted);
            Equal(true, signal.WaitOne(0));
        });
    }

    [Fact]
    public void An_interrupt_while_a_permit_is_free_ends_the_wait_when_another_takes_the_permit()
    {
        Check.Run(() =>
        {
            var permits = new SemaphoreSlim(1);
            var waiter = new Thread(() =>
            {
                try
                {
                    permits.Wait();
                }
                catch (ThreadInterruptedException)
                {
                }
            });
            var taker = new Thread(() => permits.Wait(0));
            waiter.Start();
            taker.Start();
            waiter.Interrupt();
            waiter.Join();
            taker.Join();
        });
    }

    [Fact]
    public void A_using_statement_may_end_before_another_thread_has_waited()
    {
        CheckReport report = Check.Explore(() =>
        {
            Thread waiter;
            using (var permits = new SemaphoreSlim(1))
            {
                waiter = new Thread(permits.Wait);
                waiter.Start();
            }

            waiter.Join();
        });
        Assert.Equal(Verdict.UnhandledException, report.Verdict);
        Assert.IsType<ObjectDisposedException>(report.Exception);
    }

    [Fact]
    public void A_lock_that_is_held_cannot_be_disposed()
    {
        CheckReport report = Check.Explore(() =>
        {
            using var gate = new ReaderWriterLockSlim();
            gate.EnterReadLock();
        });
        Assert.IsType<SynchronizationLockException>(report.Exception);
    }

    [Fact]
    public void An_interrupt_after_a_pulse_is_kept_for_the_next_wait()
    {
        Check.Run(() =>
        {
            var gate = new object();
            bool waits = false;
            bool pulsed = false;
            bool kept = false;
            var waiter = new Thread(() =>
            {
                lock (gate)
                {
                    waits = true;
                    pulsed = Monitor.Wait(gate);
                    try
                    {
                        Thread.Sleep(1);
                    }
                    catch (ThreadInterruptedException)
                    {
                        kept = true;
                    }
                }
            });
            waiter.Start();
            SpinWait.SpinUntil(() =>
            {
                lock (gate)
                {
                    return waits;
                }
            });
            lock (gate)
            {
                Monitor.Pulse(gate);
                waiter.Interrupt();
            }

            waiter.Join();
            Equal(true, pulsed);
            Equal(true, kept);
        });
    }

    [Fact]
    public void An_event_with_a_name_is_refused()
    {
        CheckReport report = Check.Explore(() => new EventWaitHandle(false, EventResetMode.AutoReset, "shared").Set());
        Assert.Equal(Verdict.NotControlled, report.Verdict);
    }

    [Fact]
    public void A_writer_that_waits_keeps_new_readers_out()
    {
        Check.Run(() =>
        {
            var gate = new ReaderWriterLockSlim();
            gate.EnterReadLock();
            var writer = new Thread(() =>
            {
                gate.EnterWriteLock();
                gate.ExitWriteLock();
            });
            writer.Start();
            Thread.Sleep(10);
            var reader = new Thread(() => Equal(false, gate.TryEnterReadLock(0)));
            reader.Start();
            reader.Join();
            gate.ExitReadLock();
            writer.Join();
        });
    }

    [Fact]
    public void Two_locks_in_opposite_order_are_found_with_mutexes_and_reader_writer_locks()
    {
        CheckReport report = Check.Explore(() =>
        {
            var mutex = new Mutex();
            var gate = new ReaderWriterLockSlim();
            var other = new Thread(() =>
            {
                gate.EnterReadLock();
                mutex.WaitOne();
                mutex.ReleaseMutex();
                gate.ExitReadLock();
            });
            other.Start();
            mutex.WaitOne();
            gate.EnterWriteLock();
            gate.ExitWriteLock();
            mutex.ReleaseMutex();
            other.Join();
        });
        Assert.Equal(Verdict.Deadlock, report.Verdict);
        Assert.Contains("holds", report.Sentence, StringComparison.Ordinal);
    }

    private static void Equal<T>(T expected, T actual)
    {
        if (!Equals(expected, actual))
        {
            throw new InvalidOperationException($"{expected} was expected, not {actual}");
        }
    }
}
