using Braid.Checking;

namespace Braid.Verification;

public sealed class SemaphoreProofs
{
    [Fact]
    public void A_semaphore_of_one_is_a_lock() => Prove.That(2, static () =>
    {
        var permits = new Threading.Semaphore(1);
        int total = 0;
        Crew.Run(Enter, Enter);
        Claim.That(total == 2 && permits.Value == 1, "both were inside, and the permit is back");

        void Enter()
        {
            permits.Acquire();
            total++;
            permits.Release();
        }
    });

    [Fact]
    public void A_semaphore_of_two_does_not_admit_a_third_thread() => Prove.That(1, static () =>
    {
        var permits = new Threading.Semaphore(2);
        int inside = 0;
        Crew.Run(Enter, Enter, Enter);
        Claim.That(permits.Value == 2, "the permits are back");

        void Enter()
        {
            permits.Acquire();
            Claim.That(Interlocked.Increment(ref inside) <= 2, "at most two are inside");
            Interlocked.Decrement(ref inside);
            permits.Release();
        }
    });

    [Fact]
    public void Two_permits_released_together_admit_two_waiters() => Prove.That(1, static () =>
    {
        var permits = new Threading.Semaphore(0);
        Crew.Run(() => permits.Acquire(), () => permits.Acquire(), () => permits.Release(2));
        Claim.That(permits.Value == 0, "both permits are taken");
    });

    [Fact]
    public void A_permit_that_a_wait_does_not_take_in_time_is_not_lost() => Prove.That(
        1,
        static () =>
        {
            var permits = new Threading.Semaphore(0);
            bool taken = false;
            Crew.Run(() => taken = permits.TryAcquire(TimeSpan.FromSeconds(1)), () => permits.Release());
            Claim.That(permits.Value == (taken ? 0 : 1), "the permit is taken, or still there");
        },
        ClockMode.Racing);

    [Fact]
    public void A_bounded_semaphore_refuses_one_release_too_many() => Prove.That(2, static () =>
    {
        var permits = new Threading.BoundedSemaphore(1);
        permits.Acquire();
        int refused = 0;
        Crew.Run(Give, Give);
        Claim.That(refused == 1 && permits.Value == 1, "one of two releases is refused");

        void Give()
        {
            try
            {
                permits.Release();
            }
            catch (SemaphoreFullException)
            {
                Interlocked.Increment(ref refused);
            }
        }
    });
}
