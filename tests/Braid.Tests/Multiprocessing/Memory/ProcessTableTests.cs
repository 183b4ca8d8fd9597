using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>The table of processes, in a segment of the test's own.</summary>
public sealed unsafe class ProcessTableTests : TimedTest
{
    private const int DeadPid = int.MaxValue;

    private readonly Segment _segment = Segment.Create(SegmentKind.ProcessTable, ProcessTable.Bytes);
    private readonly ProcessTable _table;

    public ProcessTableTests()
    {
        int self = ProcessTable.Over(_segment, token: 0).Reserve();
        _table = ProcessTable.Over(_segment, self);
        _table.Name(self, Environment.ProcessId);
    }

    public override void Dispose()
    {
        _segment.Release();
        base.Dispose();
    }

    [Fact]
    public void Slots_that_the_killed_were_about_to_take_are_given_back_when_none_is_free()
    {
        int dead = _table.Reserve();
        _table.MarkDead(dead);
        Fill(-dead);
        Assert.NotEqual(0, _table.Reserve());
        Fill(-dead);
        Assert.NotEqual(0, _table.Reserve());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(DeadPid)]
    public void Slots_of_processes_whose_parents_were_killed_before_they_could_bury_them_are_given_back(int pid)
    {
        int parent = _table.Reserve();
        _table.Name(parent, Environment.ProcessId);
        ProcessTable parents = ProcessTable.Over(_segment, parent);
        while (FreeSlots() > 0)
        {
            parents.Name(parents.Reserve(), pid);
        }

        Assert.Throws<InvalidOperationException>(() => _table.Reserve());   // it lives: nothing is forgotten
        _table.Name(parent, DeadPid);
        Assert.NotEqual(0, _table.Reserve());
    }

    [Fact]
    public void With_a_parent_go_those_whom_it_was_about_to_start()
    {
        int parent = _table.Reserve();
        int before = FreeSlots();
        int child = ProcessTable.Over(_segment, parent).Reserve();
        TokenOf(_table.Reserve()) = -parent;
        _table.MarkDead(parent);
        Assert.Equal(before + 1, FreeSlots());
        Assert.False(_table.IsListed(child));
    }

    [Fact]
    public void Slots_of_the_living_are_not_given_away()
    {
        int child = _table.Reserve();
        _table.Name(child, Environment.ProcessId);
        while (FreeSlots() > 0)
        {
            _table.Name(_table.Reserve(), Environment.ProcessId);
        }

        Assert.Throws<InvalidOperationException>(() => _table.Reserve());
        Assert.True(_table.IsAlive(child));
    }

    private void Fill(int token)
    {
        for (int slot = 1; slot < ProcessTable.SlotCount; slot++)
        {
            if (TokenOf(slot) == 0)
            {
                TokenOf(slot) = token;
            }
        }
    }

    private int FreeSlots() => Enumerable.Range(1, ProcessTable.SlotCount - 1).Count(slot => TokenOf(slot) == 0);

    private ref int TokenOf(int token) => ref *(int*)(_segment.Data + (64 * ProcessTable.SlotOf(token)));
}
