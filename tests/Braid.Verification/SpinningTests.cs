using Braid.Checking;

namespace Braid.Verification;

/// <summary>What threads look at while they spin, outside of the gate, is ordered too.</summary>
public sealed class SpinningTests
{
    // The checker found that both rules of the queue looked at plain fields there.
    [Fact]
    public void Who_spins_for_room_and_who_spins_for_an_item_race_with_nobody()
    {
        CheckReport report = Check.Explore(
            static () =>
            {
                var queue = new Queues.Queue<int>(maxsize: 1);
                Crew.Run(
                    () =>
                    {
                        queue.Put(1);
                        queue.Put(2);
                    },
                    () => Claim.That(queue.Get() + queue.Get() == 3, "both items came"));
            },
            new CheckOptions { Processors = 2, Schedules = 1_500, Time = TimeSpan.FromSeconds(60) });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }
}
