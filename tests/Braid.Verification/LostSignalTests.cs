using Braid.Checking;
using Braid.Threading;

namespace Braid.Verification;

/// <summary>
/// The checker reports threads that wait forever for signals of Braid by the program's calls, not by Braid's internal steps.
/// </summary>
public sealed class LostSignalTests
{
    [Fact]
    public void A_notification_before_the_wait_is_lost() =>
        Says(Verdict.LostWakeup, "waits in Condition.Wait forever: the signal of", "was lost, nobody was waiting yet", () =>
        {
            var changed = new Condition();
            Start(() =>
            {
                using (changed.EnterScope())
                {
                    changed.Notify();
                }
            });
            using (changed.EnterScope())
            {
                changed.Wait();
            }
        });

    [Fact]
    public void A_notification_after_which_the_waiter_checked_is_not_lost() =>
        Says(Verdict.Deadlock, "main waits in Condition.Wait, and no thread is left", "", () =>
        {
            var changed = new Condition();
            bool one = false;
            bool other = false;
            Start(() =>
            {
                using (changed.EnterScope())
                {
                    one = !other;
                    changed.NotifyAll();
                }
            });
            using (changed.EnterScope())
            {
                while (!other)
                {
                    changed.Wait();
                }

                other = one;
            }
        });

    [Fact]
    public void A_notification_of_another_condition_of_the_same_lock_is_not_the_lost_one() =>
        Says(Verdict.Deadlock, "main waits in Condition.Wait, and no thread is left", "", () =>
        {
            var mutex = new Threading.Lock();
            var one = new Condition(mutex);
            var other = new Condition(mutex);
            Start(() =>
            {
                using (one.EnterScope())
                {
                    one.Notify();
                }
            });
            using (other.EnterScope())
            {
                other.Wait();
            }
        });

    [Fact]
    public void A_set_that_was_cleared_is_lost() =>
        Says(Verdict.LostWakeup, "waits in Event.Wait forever: the signal of", "erased by Thread-1's reset at", () =>
        {
            var came = new Event();
            Start(() =>
            {
                came.Set();
                came.Clear();
            });
            came.Wait();
        });

    [Fact]
    public void An_event_that_is_never_set_is_a_deadlock() =>
        Says(Verdict.Deadlock, "main waits in Event.Wait, and no thread is left", "", () =>
        {
            var came = new Event();
            Start(() => came.Clear());
            came.Wait();
        });

    [Fact]
    public void A_queue_and_a_semaphore_lose_nothing()
    {
        Says(Verdict.Deadlock, "main waits in Queue.Get, and no thread is left", "", () =>
        {
            var items = new Queues.Queue<int>();
            Start(() => items.Put(1));
            items.Get();
            items.Get();
        });
        Says(Verdict.Deadlock, "main waits in Semaphore.Acquire, and no thread is left", "", () =>
        {
            var permits = new Threading.Semaphore(0);
            Start(() => permits.Release());
            permits.Acquire();
            permits.Acquire();
        });
        Says(Verdict.Deadlock, "main waits in Barrier.Wait, and no thread is left", "", () =>
        {
            var barrier = new Threading.Barrier(2);
            Start(() => barrier.Wait());
            barrier.Wait();
            barrier.Wait();
        });
    }

    private static void Start(Action body) => new Threading.Thread(body).Start();

    private static void Says(Verdict verdict, string begins, string goesOn, Action body)
    {
        CheckReport report = Check.Explore(body, new CheckOptions { Schedules = 2_000, Time = Timeout.InfiniteTimeSpan });
        Assert.True(report.Verdict == verdict, report.ToString());
        Assert.Contains(begins, report.Sentence, StringComparison.Ordinal);
        Assert.Contains(goesOn, report.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(" Braid.", report.Sentence, StringComparison.Ordinal);
        Assert.All(
            report.Timeline.Split('\n').Where(line => line.Contains(": ", StringComparison.Ordinal)),
            line => Assert.Matches(@"^ *(lines of |\d+: |\S+\.cs:\d+: |\.\.\. )", line));

        CheckReport again = Check.Explore(body, new CheckOptions { Replay = report.Replay });
        Assert.Equal((report.Verdict, report.Sentence, report.Timeline), (again.Verdict, again.Sentence, again.Timeline));
    }
}
