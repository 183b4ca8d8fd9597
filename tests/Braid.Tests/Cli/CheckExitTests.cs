using Braid.Checking;
using Braid.Cli;

namespace Braid.Tests;

/// <summary>What the exit code of a check says.</summary>
public sealed class CheckExitTests : TimedTest
{
    private static readonly Verdict[] s_notCarriedOut = [Verdict.NotControlled, Verdict.Stuck, Verdict.Nondeterministic, Verdict.Diverged];

    [Fact]
    public void Every_verdict_has_the_code_that_the_help_names() => Assert.All(Enum.GetValues<Verdict>(), static verdict =>
        Assert.Equal(verdict == Verdict.Passed ? 0 : verdict == Verdict.NothingChecked ? 4 : s_notCarriedOut.Contains(verdict) ? 3 : 1, CheckExit.Of([verdict])));

    [Fact]
    public void Of_several_methods_a_fault_counts_most_and_a_pass_least()
    {
        Assert.Equal(1, CheckExit.Of([Verdict.Passed, Verdict.Deadlock, Verdict.Stuck]));
        Assert.Equal(3, CheckExit.Of([Verdict.Stuck, Verdict.Passed]));
        Assert.Equal(4, CheckExit.Of([Verdict.Passed, Verdict.NothingChecked]));
        Assert.Equal(0, CheckExit.Of([Verdict.Passed, Verdict.Passed]));
    }
}
