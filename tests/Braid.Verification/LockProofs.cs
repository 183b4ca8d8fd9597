using Braid.Checking;

namespace Braid.Verification;

public sealed class LockProofs
{
    [Fact]
    public void A_lock_admits_one_of_two_threads() => Prove.That(2, static () =>
    {
        var gate = new Threading.Lock();
        int inside = 0;
        int total = 0;
        Crew.Run(Enter, Enter);
        Claim.That(total == 2 && !gate.Locked, "both were inside, and the lock is free");

        void Enter()
        {
            gate.Acquire();
            inside++;
            Claim.That(inside == 1, "one is inside");
            total++;
            inside--;
            gate.Release();
        }
    });

    [Fact]
    public void A_lock_admits_three_threads_one_after_another() => Prove.That(1, static () =>
    {
        var gate = new Threading.Lock();
        int total = 0;
        Crew.Run(Enter, Enter, Enter);
        Claim.That(total == 3 && !gate.Locked, "all three were inside, and the lock is free");

        void Enter()
        {
            using (gate.EnterScope())
            {
                total++;
            }
        }
    });

    [Fact]
    public void A_lock_is_had_again_and_again() => Prove.That(2, static () =>
    {
        var gate = new Threading.Lock();
        int total = 0;
        Crew.Run(EnterTwice, EnterTwice);
        Claim.That(total == 4 && !gate.Locked, "both were inside twice");

        void EnterTwice()
        {
            for (int i = 0; i < 2; i++)
            {
                gate.Acquire();
                total++;
                gate.Release();
            }
        }
    });

    [Fact]
    public void An_attempt_to_take_a_lock_succeeds_only_if_it_is_free() => Prove.That(2, static () =>
    {
        var gate = new Threading.Lock();
        int inside = 0;
        Crew.Run(
            () =>
            {
                gate.Acquire();
                inside++;
                Claim.That(inside == 1, "one is inside");
                inside--;
                gate.Release();
            },
            () =>
            {
                if (gate.TryAcquire())
                {
                    inside++;
                    Claim.That(inside == 1, "one is inside");
                    inside--;
                    gate.Release();
                }
            });
        Claim.That(gate.TryAcquire(), "the lock is free");
        gate.Release();
    });

    [Fact]
    public void A_wait_with_a_time_limit_gets_a_lock_that_is_released() => Prove.That(2, static () =>
    {
        var gate = new Threading.Lock();
        int total = 0;
        Crew.Run(Enter, Enter);
        Claim.That(total == 2, "nobody's time was up");

        void Enter()
        {
            if (gate.TryAcquire(TimeSpan.FromSeconds(1)))
            {
                total++;
                gate.Release();
            }
        }
    });

    [Fact]
    public void A_wait_that_ends_at_any_moment_leaves_the_lock_usable() => Prove.That(
        2,
        static () =>
        {
            var gate = new Threading.Lock();
            Crew.Run(Enter, Enter);
            Claim.That(gate.TryAcquire(), "the lock is free");
            gate.Release();

            void Enter()
            {
                if (gate.TryAcquire(TimeSpan.FromSeconds(1)))
                {
                    gate.Release();
                }
            }
        },
        ClockMode.Racing);

    [Fact]
    public void A_wait_for_a_lock_that_is_never_released_ends_in_time() => Prove.That(2, static () =>
    {
        var gate = new Threading.Lock();
        gate.Acquire();
        bool taken = true;
        Crew.Run(() => taken = gate.TryAcquire(TimeSpan.FromSeconds(1)));
        Claim.That(!taken, "the time was up");
        gate.Release();
        Claim.That(gate.TryAcquire(), "the lock is free");
    });

    [Fact]
    public void A_cancelled_wait_passes_its_signal_on() => Prove.That(2, static () =>
    {
        var gate = new Threading.Lock();
        using var source = new CancellationTokenSource();
        int total = 0;
        gate.Acquire();
        var cancelled = new Thread(() =>
        {
            try
            {
                gate.Acquire(source.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            total++;
            gate.Release();
        });
        var patient = new Thread(() =>
        {
            gate.Acquire();
            total++;
            gate.Release();
        });
        cancelled.Start();
        patient.Start();
        gate.Release();
        source.Cancel();
        cancelled.Join();
        patient.Join();
        Claim.That(total >= 1 && !gate.Locked, "the other got the lock, and it is free");
    });

    [Fact]
    public void An_interrupted_wait_passes_its_signal_on() => Prove.That(2, static () =>
    {
        var gate = new Threading.Lock();
        gate.Acquire();
        var interrupted = new Thread(() =>
        {
            try
            {
                gate.Acquire();
            }
            catch (ThreadInterruptedException)
            {
                return;
            }

            try
            {
                gate.Release();
                Thread.Sleep(0);        // where an interrupt strikes that came too late
            }
            catch (ThreadInterruptedException)
            {
            }
        });
        interrupted.Start();
        interrupted.Interrupt();
        gate.Release();
        interrupted.Join();
        Claim.That(!gate.Locked, "the lock is free");
    });

    [Fact]
    public void Another_thread_may_release_a_lock() => Prove.That(2, static () =>
    {
        var gate = new Threading.Lock();
        gate.Acquire();
        int value = 1;
        Crew.Run(
            () =>
            {
                value = 2;
                gate.Release();
            },
            () =>
            {
                gate.Acquire();
                Claim.That(value == 2, "what was written before the release is seen");
                gate.Release();
            });
    });

    [Fact]
    public void Two_concurrent_releases_release_no_more_than_was_acquired() => Prove.That(2, static () =>
    {
        var gate = new Threading.Lock();
        int released = 0;
        gate.Acquire();
        Crew.Run(
            Release,
            Release,
            () =>
            {
                gate.Acquire();
                Release();
            });
        Claim.That(released == (gate.Locked ? 1 : 2), "of two that acquired, as many were released as succeeded in it");

        void Release()
        {
            try
            {
                gate.Release();
                Interlocked.Increment(ref released);
            }
            catch (SynchronizationLockException)
            {
            }
        }
    });

    [Fact]
    public void A_reentrant_lock_is_free_when_it_was_released_as_often_as_acquired() => Prove.That(2, static () =>
    {
        var gate = new Threading.RLock();
        int inside = 0;
        Crew.Run(Enter, Enter);
        Claim.That(!gate.Locked, "the lock is free");

        void Enter()
        {
            gate.Acquire();
            inside++;
            gate.Acquire();
            Claim.That(inside == 1 && gate.Depth == 2, "one is inside, twice");
            gate.Release();
            Claim.That(inside == 1, "one is inside");
            inside--;
            gate.Release();
        }
    });
}
