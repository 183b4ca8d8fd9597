using Braid.Checking.Tests.Hooks;

namespace Braid.Checking.Tests.Reports;

/// <summary>Why a thread waits: a lost signal, a decision based on an outdated value, or an action that no thread takes.</summary>
public sealed class WhyThreadsWaitTests
{
    [Fact]
    public void A_value_that_was_read_again_before_the_wait_is_no_reason()
    {
        Deadlock("main waits for event waited, and no thread is left", () =>
        {
            var waited = new ManualResetEventSlim();
            object gate = new();
            int value = 0;
            Thread other = Start(() => { lock (gate) { value = 1; } });
            int seen;
            lock (gate) { seen = value; }
            if (seen == 0)
            {
                other.Join();
            }

            lock (gate) { seen = value; }
            if (seen == 1)
            {
                waited.Wait();
            }
        });
    }

    [Fact]
    public void A_value_that_decides_nothing_is_no_reason()
    {
        Deadlock("main waits for event waited, and no thread is left", () =>
        {
            var waited = new ManualResetEventSlim();
            object gate = new();
            int value = 0;
            int seen;
            Thread other = Start(() => { lock (gate) { value++; } });
            lock (gate) { seen = value; }
            waited.Wait();
            other.Join();
            Volatile.Write(ref value, seen);
        });
    }

    [Fact]
    public void A_value_that_changed_between_the_check_and_the_wait_is_the_reason()
    {
        LostWakeup("it looked at ready at", () =>
        {
            var came = new ManualResetEventSlim();
            bool ready = false;
            bool waits = false;
            Thread other = Start(() =>
            {
                Volatile.Write(ref ready, true);
                if (Volatile.Read(ref waits))
                {
                    came.Set();
                }
            });
            if (!Volatile.Read(ref ready))
            {
                Volatile.Write(ref waits, true);
                came.Wait();
            }

            other.Join();
        });
    }

    [Fact]
    public void A_semaphore_that_begins_empty_brings_news_too()
    {
        LostWakeup("it looked at ready at", () =>
        {
            var came = new SemaphoreSlim(0);
            bool ready = false;
            bool waits = false;
            Thread other = Start(() =>
            {
                Volatile.Write(ref ready, true);
                if (Volatile.Read(ref waits))
                {
                    came.Release();
                }
            });
            if (!Volatile.Read(ref ready))
            {
                Volatile.Write(ref waits, true);
                came.Wait();
            }

            other.Join();
        });
    }

    [Fact]
    public void A_semaphore_that_begins_with_a_permit_is_a_lock()
    {
        Deadlock("waits for semaphore", () =>
        {
            var left = new SemaphoreSlim(1);
            int value = 0;
            Thread other = Start(() =>
            {
                left.Wait();
                Volatile.Write(ref value, 1);
            });
            if (Volatile.Read(ref value) == 0)
            {
                left.Wait();
            }

            other.Join();
        });
    }

    [Fact]
    public void A_threads_own_pulse_is_not_its_lost_signal()
    {
        Deadlock("main waits for a pulse of gate, and no thread is left", () =>
        {
            object gate = new();
            Start(() => { });
            lock (gate)
            {
                Monitor.Pulse(gate);
                Monitor.Wait(gate);
            }
        });
    }

    [Fact]
    public void A_threads_own_set_and_reset_are_not_its_lost_signal()
    {
        Deadlock("main waits for event came, and no thread is left", () =>
        {
            var came = new ManualResetEvent(false);
            Start(() => { });
            came.Set();
            came.Reset();
            came.WaitOne();
        });
    }

    [Fact]
    public void A_pulse_before_the_wait_is_lost()
    {
        LostWakeup("main waits for a pulse of gate forever: the signal of thread 1 at", () =>
        {
            object gate = new();
            Start(() => { lock (gate) { Monitor.Pulse(gate); } });
            lock (gate)
            {
                Monitor.Wait(gate);
            }
        });
    }

    [Fact]
    public void A_pulse_after_which_the_waiter_checked_is_not_lost()
    {
        Deadlock("main waits for a pulse of gate, and no thread is left", () =>
        {
            object gate = new();
            bool one = false;
            bool other = false;
            Start(() =>
            {
                lock (gate)
                {
                    one = true;
                    Monitor.Pulse(gate);
                }
            });
            lock (gate)
            {
                while (!other)
                {
                    Monitor.Wait(gate);
                }
            }

            Volatile.Write(ref one, other);
        });
    }

    [Fact]
    public void A_pulse_before_the_change_is_lost_although_the_waiter_checked()
    {
        LostWakeup("the signal of thread 1 at", () =>
        {
            object gate = new();
            bool ready = false;
            var pulsed = new ManualResetEvent(false);
            Start(() =>
            {
                lock (gate) { Monitor.Pulse(gate); }

                pulsed.Set();
                lock (gate) { ready = true; }
            });
            pulsed.WaitOne();
            lock (gate)
            {
                while (!ready)
                {
                    Monitor.Wait(gate);
                }
            }
        });
    }

    [Fact]
    public void A_set_that_was_erased_is_lost_although_the_event_was_waited_for_before()
    {
        LostWakeup("erased by its own reset at", () =>
        {
            var came = new ManualResetEvent(false);
            var next = new ManualResetEvent(false);
            Start(() =>
            {
                came.Set();
                next.WaitOne();
                came.Set();
            });
            came.WaitOne();
            next.Set();
            came.Reset();
            came.WaitOne();
        });
        LostWakeup("erased by its own reset at", () =>
        {
            using var came = new ManualResetEventSlim();
            using var next = new ManualResetEventSlim();
            Start(() =>
            {
                came.Set();
                next.Wait();
                came.Set();
            });
            came.Wait();
            next.Set();
            came.Reset();
            came.Wait();
        });
    }

    [Fact]
    public void A_set_that_reached_the_waiter_is_not_lost_when_it_is_reset()
    {
        Deadlock("main waits for event came, and no thread is left", () =>
        {
            var came = new ManualResetEvent(false);
            Start(() => came.Set());
            came.WaitOne();
            came.Reset();
            came.WaitOne();
        });
    }

    [Fact]
    public void Another_threads_reset_is_named()
    {
        LostWakeup("was lost, erased by thread 2's reset at", () =>
        {
            var came = new ManualResetEventSlim();
            Thread setter = Start(() => came.Set());
            Thread resetter = Start(() =>
            {
                setter.Join();
                came.Reset();
            });
            resetter.Join();
            came.Wait();
        });
    }

    [Fact]
    public void Two_sets_of_an_automatic_event_count_as_one()
    {
        LostWakeup("was lost, it was set already", () =>
        {
            var came = new AutoResetEvent(false);
            Start(() => came.Set());
            Start(() => came.Set());
            came.WaitOne();
            came.WaitOne();
        });
    }

    [Fact]
    public void Signals_inside_a_library_are_no_reason()
    {
        Deadlock("main waits in CountdownEvent.Wait", () =>
        {
            var countdown = new CountdownEvent(2);
            Start(() =>
            {
                countdown.Reset();
                countdown.Signal();
            });
            countdown.Wait();
        });
        Deadlock("main waits in BlockingCollection.Take", () =>
        {
            var items = new System.Collections.Concurrent.BlockingCollection<int>();
            Start(() => items.Add(1));
            items.Take();
            items.Take();
        });
    }

    private static Thread Start(Action body)
    {
        var thread = new Thread(() => body());
        thread.Start();
        return thread;
    }

    private static void Deadlock(string words, Action body) => Says(Verdict.Deadlock, words, body);

    private static void LostWakeup(string words, Action body) => Says(Verdict.LostWakeup, words, body);

    private static void Says(Verdict verdict, string words, Action body)
    {
        CheckReport report = Explored.Fails(verdict, body);
        Assert.Contains(words, report.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", report.Sentence, StringComparison.Ordinal);
    }
}
