using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>The table of processes, in a segment of the test's own.</summary>
public sealed unsafe class FamilyTests : TimedTest
{
    private const int DeadPid = int.MaxValue;

    private readonly Segment _segment = Segment.Create(SegmentKind.Family, Family.Bytes);
    private readonly Family _family;

    public FamilyTests()
    {
        int self = Family.Over(_segment, token: 0).Reserve();
        _family = Family.Over(_segment, self);
        _family.Name(self, Environment.ProcessId);
    }

    public override void Dispose()
    {
        _segment.Release();
        base.Dispose();
    }

    [Fact]
    public void Slots_that_the_killed_were_about_to_take_are_given_back_when_none_is_free()
    {
        int dead = _family.Reserve();
        _family.Bury(dead);
        Fill(-dead);
        Assert.NotEqual(0, _family.Reserve());
        Fill(-dead);
        Assert.NotEqual(0, _family.Reserve());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(DeadPid)]
    public void Slots_of_processes_whose_parents_were_killed_before_they_could_bury_them_are_given_back(int pid)
    {
        int parent = _family.Reserve();
        _family.Name(parent, Environment.ProcessId);
        Family parents = Family.Over(_segment, parent);
        while (FreeSlots() > 0)
        {
            parents.Name(parents.Reserve(), pid);
        }

        Assert.Throws<InvalidOperationException>(() => _family.Reserve());   // it lives: nothing is forgotten
        _family.Name(parent, DeadPid);
        Assert.NotEqual(0, _family.Reserve());
    }

    [Fact]
    public void With_a_parent_go_those_whom_it_was_about_to_start()
    {
        int parent = _family.Reserve();
        int before = FreeSlots();
        int child = Family.Over(_segment, parent).Reserve();
        TokenOf(_family.Reserve()) = -parent;
        _family.Bury(parent);
        Assert.Equal(before + 1, FreeSlots());
        Assert.False(_family.IsListed(child));
    }

    [Fact]
    public void Slots_of_the_living_are_not_given_away()
    {
        int child = _family.Reserve();
        _family.Name(child, Environment.ProcessId);
        while (FreeSlots() > 0)
        {
            _family.Name(_family.Reserve(), Environment.ProcessId);
        }

        Assert.Throws<InvalidOperationException>(() => _family.Reserve());
        Assert.True(_family.IsAlive(child));
    }

    private void Fill(int token)
    {
        for (int slot = 1; slot < Family.SlotCount; slot++)
        {
            if (TokenOf(slot) == 0)
            {
                TokenOf(slot) = token;
            }
        }
    }

    private int FreeSlots() => Enumerable.Range(1, Family.SlotCount - 1).Count(slot => TokenOf(slot) == 0);

    private ref int TokenOf(int token) => ref *(int*)(_segment.Data + (64 * Family.SlotOf(token)));
}
