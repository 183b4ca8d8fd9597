using Braid.Checking;

namespace Braid.Verification;

public sealed class BarrierProofs
{
    [Fact]
    public void Two_parties_receive_different_numbers_and_see_what_both_wrote() => Prove.That(1, static () =>
    {
        var barrier = new Threading.Barrier(2);
        int[] written = new int[2];
        int[] numbers = new int[2];
        Crew.Run(() => Arrive(0), () => Arrive(1));
        Claim.That(numbers[0] + numbers[1] == 1 && barrier.Waiting == 0, "one is number 0 and one number 1");

        void Arrive(int party)
        {
            written[party] = 1;
            numbers[party] = barrier.Wait();
            Claim.That(written[0] == 1 && written[1] == 1, "both have arrived");
        }
    });

    [Fact]
    public void The_action_runs_once_in_each_round_before_any_party_passes() => Prove.That(2, static () =>
    {
        int rounds = 0;
        var barrier = new Threading.Barrier(2, () => rounds++);
        Crew.Run(ArriveTwice, ArriveTwice);
        Claim.That(rounds == 2, "there were two rounds");

        void ArriveTwice()
        {
            barrier.Wait();
            Claim.That(Volatile.Read(ref rounds) >= 1, "the first action has run");
            barrier.Wait();
            Claim.That(Volatile.Read(ref rounds) == 2, "the second action has run");
        }
    });

    [Fact]
    public void Aborting_refuses_everybody() => Prove.That(2, static () =>
    {
        var barrier = new Threading.Barrier(2);
        bool refused = false;
        Crew.Run(
            () =>
            {
                try
                {
                    barrier.Wait();
                }
                catch (Threading.BrokenBarrierException)
                {
                    refused = true;
                }
            },
            barrier.Abort);
        Claim.That(refused && barrier.Broken, "who waited or came later is refused");
    });

    [Fact]
    public void A_party_that_times_out_breaks_the_barrier_for_all() => Prove.That(2, static () =>
    {
        var barrier = new Threading.Barrier(3);
        int timedOut = 0;
        int refused = 0;
        Crew.Run(Arrive, Arrive);
        Claim.That(
            timedOut >= 1 && timedOut + refused == 2 && barrier.Broken, "one's time was up, and the other was refused if its own was not");

        void Arrive()
        {
            try
            {
                if (!barrier.TryWait(out _, TimeSpan.FromSeconds(1)))
                {
                    Interlocked.Increment(ref timedOut);
                }
            }
            catch (Threading.BrokenBarrierException)
            {
                Interlocked.Increment(ref refused);
            }
        }
    });

    [Fact]
    public void All_parties_pass_or_none_although_a_timeout_may_expire_at_any_moment() => Prove.That(
        2,
        static () =>
        {
            var barrier = new Threading.Barrier(2);
            int through = 0;
            Crew.Run(Arrive, Arrive);
            Claim.That(through == (barrier.Broken ? 0 : 2), "both got through, or nobody");

            void Arrive()
            {
                try
                {
                    if (barrier.TryWait(out _, TimeSpan.FromSeconds(1)))
                    {
                        Interlocked.Increment(ref through);
                    }
                }
                catch (Threading.BrokenBarrierException)
                {
                    // The other's time was up.
                }
            }
        },
        ClockMode.Racing);

    [Fact]
    public void A_barrier_is_whole_again_after_a_reset() => Prove.That(2, static () =>
    {
        var barrier = new Threading.Barrier(2);
        Crew.Run(
            () =>
            {
                try
                {
                    barrier.Wait();
                }
                catch (Threading.BrokenBarrierException)
                {
                    return;
                }

                Claim.That(false, "nobody else has arrived");
            },
            () =>
            {
                while (barrier.Waiting == 0)
                {
                    Thread.Sleep(1);   // a yield would let each step of the other be met by any number of looks
                }

                barrier.Reset();
            });
        Claim.That(!barrier.Broken, "it is whole");
    });
}
