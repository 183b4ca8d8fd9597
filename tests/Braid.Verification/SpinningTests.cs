using Braid.Checking;
using Braid.Futures;

namespace Braid.Verification;

/// <summary>
/// The primitives as they are on a machine with two processors, where a thread spins before it waits: what it reads then, outside of the
/// gate, is ordered too, and only what it takes is its own. There are too many schedules for a proof, so this is a search.
/// </summary>
public sealed class SpinningTests
{
    // The checker found that both rules of the queue looked at plain fields there.
    [Fact]
    public void Of_a_queue() => Explore(static () =>
    {
        var queue = new Queues.Queue<int>(maxsize: 1);
        Crew.Run(
            () =>
            {
                queue.Put(1);
                queue.Put(2);
            },
            () => Claim.That(queue.Get() + queue.Get() == 3, "both items came"));
    });

    [Fact]
    public void Of_a_simple_queue() => Explore(static () =>
    {
        var queue = new Queues.SimpleQueue<int>();
        Crew.Run(() => queue.Put(1), () => queue.Put(2), () => Claim.That(queue.Get() + queue.Get() == 3, "both items came"));
    });

    [Fact]
    public void Of_a_lock() => Explore(static () =>
    {
        var gate = new Threading.Lock();
        int total = 0;
        Crew.Run(Enter, Enter);
        Claim.That(total == 4 && !gate.Locked, "each was inside twice, and the lock is free");

        void Enter()
        {
            for (int turn = 0; turn < 2; turn++)
            {
                gate.Acquire();
                total++;
                gate.Release();
            }
        }
    });

    [Fact]
    public void Of_a_re_entrant_lock() => Explore(static () =>
    {
        var gate = new Threading.RLock();
        int total = 0;
        Crew.Run(Enter, Enter);
        Claim.That(total == 2 && !gate.Locked, "each was inside, and the lock is free");

        void Enter()
        {
            using (gate.EnterScope())
            using (gate.EnterScope())
            {
                total++;
            }
        }
    });

    [Fact]
    public void Of_a_semaphore() => Explore(static () =>
    {
        var semaphore = new Threading.Semaphore(1);
        int total = 0;
        Crew.Run(Enter, Enter, Enter);
        Claim.That(total == 3 && semaphore.TryAcquire(), "each was inside, and the permit is back");

        void Enter()
        {
            semaphore.Acquire();
            total++;
            semaphore.Release();
        }
    });

    [Fact]
    public void Of_an_event() => Explore(static () =>
    {
        var ready = new Threading.Event();
        int written = 0;
        Crew.Run(
            () =>
            {
                written = 1;
                ready.Set();
            },
            Look,
            Look);

        void Look()
        {
            ready.Wait();
            Claim.That(written == 1, "what was written before the event is seen after it");
        }
    });

    [Fact]
    public void Of_a_condition() => Explore(static () =>
    {
        var changed = new Threading.Condition();
        int items = 0;
        Crew.Run(
            () =>
            {
                using (changed.EnterScope())
                {
                    items++;
                    changed.Notify();
                }
            },
            () =>
            {
                using (changed.EnterScope())
                {
                    changed.WaitFor(() => items > 0);
                    items--;
                }
            });
        Claim.That(items == 0, "the item was taken");
    });

    [Fact]
    public void Of_a_barrier() => Explore(static () =>
    {
        var barrier = new Threading.Barrier(2);
        int[] at = new int[2];
        Crew.Run(() => Pass(0), () => Pass(1));

        void Pass(int me)
        {
            for (int round = 1; round <= 2; round++)
            {
                at[me] = round;
                barrier.Wait();
                Claim.That(at[1 - me] == round, "both are in the same round");
                barrier.Wait();
            }
        }
    });

    [Fact]
    public void Of_a_future() => Explore(static () =>
    {
        var future = new Future<int>();
        int written = 0;
        Crew.Run(
            () =>
            {
                written = 1;
                future.SetResult(2);
            },
            () => Claim.That(future.Result() == 2 && written == 1, "the result came, and what was written before it"));
    });

    private static void Explore(Action body)
    {
        CheckReport report = Check.Explore(body, new CheckOptions { Processors = 2, Schedules = 1_500, Time = Timeout.InfiniteTimeSpan });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }
}
