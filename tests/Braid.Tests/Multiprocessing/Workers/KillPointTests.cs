using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>Processes that are killed between two stores: beside each line after which others see half of something there is a point at which one dies here.</summary>
public sealed class KillPointTests() : TimedTest(TimeSpan.FromMinutes(10))
{
    private const int KilledBySignal = -Signals.Kill;

    public static TheoryData<string> Places => [.. KillPoint.OfSharedThings];

    [Theory]
    [MemberData(nameof(Places))]
    public void Wherever_a_process_dies_the_others_can_use_what_it_shared(string place)
    {
        using var things = new SharedThings();
        Action life = () => things.UseUntilKilled(place);
        Multiprocessing.Process child = Multiprocessing.Process.Start(life);
        child.Join();
        Assert.True(child.ExitCode == KilledBySignal, $"The child did not get to the point: {child.End}");
        child.Close();
        things.CheckThatAllIsUsable();
    }

    [Theory]
    [InlineData(KillPoint.SlotTaken)]
    [InlineData(KillPoint.SlotListed)]
    public void A_process_killed_while_it_starts_another_keeps_no_slot(string place)
    {
        using var token = new RawValue<int>();
        Action life = () =>
        {
            token.Value = ProcessTable.Self;
            KillPoint.Arm(place);
            Multiprocessing.Process.Run(static () => 0);
        };
        Multiprocessing.Process child = Multiprocessing.Process.Start(life);
        child.Join();
        Assert.True(child.ExitCode == KilledBySignal, $"The child did not get to the point: {child.End}");
        Eventually.Holds(() => SlotsOf(ProcessTable.Current.Segment, token.Value) == 0);
    }

    /// <summary>The first change that the second process makes is to break the barrier for the death of the first; then it takes the dead one's place away.</summary>
    /// <param name="change">The change that it is killed at.</param>
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(13)]
    public void A_process_killed_while_it_removes_a_dead_party_does_not_hide_that_death(int change)
    {
        using var barrier = new Multiprocessing.Barrier(3);
        Action wait = () => barrier.Wait();
        Multiprocessing.Process party = Multiprocessing.Process.Start(wait);
        Eventually.Holds(() => barrier.Waiting == 1 && WaitLists.ChangesAreValid(barrier));
        party.Kill();
        party.Join();
        Action arrive = () =>
        {
            KillPoint.Arm(KillPoint.GateLogging, change);
            barrier.Wait();
        };
        Multiprocessing.Process remover = Multiprocessing.Process.Start(arrive);
        remover.Join();
        Assert.True(remover.ExitCode == KilledBySignal, $"The child did not get to the point: {remover.End}");
        Assert.Throws<Threading.BrokenBarrierException>(() => barrier.TryWait(out _, TimeSpan.FromSeconds(2)));
        party.Close();
        remover.Close();
    }

    /// <summary>How many slots are being taken by a process, or were taken by it for others.</summary>
    private static unsafe int SlotsOf(Segment table, int token) => Enumerable.Range(1, ProcessTable.SlotCount - 1).Count(slot =>
    {
        int* words = (int*)(table.Data + (64 * slot));
        return words[0] == -token || (words[0] > 0 && words[3] == token) || words[0] == -1;
    });
}
