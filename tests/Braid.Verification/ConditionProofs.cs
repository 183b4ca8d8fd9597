using Braid.Checking;

namespace Braid.Verification;

public sealed class ConditionProofs
{
    [Fact]
    public void A_notification_is_not_lost() => Prove.That(2, static () =>
    {
        var condition = new Threading.Condition();
        bool ready = false;
        Crew.Run(
            () =>
            {
                condition.Acquire();
                while (!ready)
                {
                    condition.Wait();
                }

                condition.Release();
            },
            () =>
            {
                condition.Acquire();
                ready = true;
                condition.Notify();
                condition.Release();
            });
        Claim.That(!condition.Locked, "the lock is free");
    });

    [Fact]
    public void Notifying_all_wakes_all() => Prove.That(1, static () =>
    {
        var condition = new Threading.Condition(new Threading.Lock());
        bool ready = false;
        Crew.Run(Await, Await, () =>
        {
            using (condition.EnterScope())
            {
                ready = true;
                condition.NotifyAll();
            }
        });

        void Await()
        {
            using (condition.EnterScope())
            {
                condition.WaitFor(() => ready);
            }
        }
    });

    [Fact]
    public void A_waiter_has_the_lock_again_to_the_same_depth() => Prove.That(2, static () =>
    {
        var gate = new Threading.RLock();
        var condition = new Threading.Condition(gate);
        bool ready = false;
        int inside = 0;
        Crew.Run(
            () =>
            {
                gate.Acquire();
                gate.Acquire();
                while (!ready)
                {
                    condition.Wait();
                }

                inside++;
                Claim.That(inside == 1 && gate.Depth == 2, "the waiter is inside alone, twice");
                inside--;
                gate.Release();
                gate.Release();
            },
            () =>
            {
                gate.Acquire();
                inside++;
                ready = true;
                condition.Notify();
                inside--;
                gate.Release();
            });
    });

    [Fact]
    public void A_waiter_that_timed_out_takes_no_notification_from_another() => Prove.That(
        1,
        static () =>
        {
            var condition = new Threading.Condition(new Threading.Lock());
            bool ready = false;
            Crew.Run(
                () =>
                {
                    using (condition.EnterScope())
                    {
                        if (condition.TryWait(TimeSpan.FromSeconds(1)))
                        {
                            condition.Notify();     // it is for the other one
                        }
                    }
                },
                () =>
                {
                    using (condition.EnterScope())
                    {
                        condition.WaitFor(() => ready);
                    }
                },
                () =>
                {
                    using (condition.EnterScope())
                    {
                        ready = true;
                        condition.Notify();
                    }
                });
        },
        ClockMode.Racing);

    [Fact]
    public void A_wait_that_is_never_notified_ends_in_time() => Prove.That(2, static () =>
    {
        var condition = new Threading.Condition();
        bool notified = true;
        Crew.Run(() =>
        {
            using (condition.EnterScope())
            {
                notified = condition.TryWait(TimeSpan.FromSeconds(1));
            }
        });
        Claim.That(!notified && !condition.Locked, "the time was up, and the lock is free");
    });
}
