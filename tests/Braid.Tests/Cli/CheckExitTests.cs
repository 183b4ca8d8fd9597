using Braid.Checking;
using Braid.Cli;

namespace Braid.Tests;

/// <summary>What the exit code of a check says.</summary>
public sealed class CheckExitTests : TimedTest
{
    private static readonly Verdict[] s_notCarriedOut = [Verdict.NotControlled, Verdict.Stuck, Verdict.Nondeterministic, Verdict.Diverged];

    [Fact]
    public void Every_verdict_has_the_code_that_the_help_names() => Assert.All(Enum.GetValues<Verdict>(), static verdict =>
        Assert.Equal(verdict == Verdict.Passed ? 0 : verdict == Verdict.NothingChecked ? 4 : verdict == Verdict.Interrupted ? 130 : verdict == Verdict.CheckerFailed ? 5 : s_notCarriedOut.Contains(verdict) ? 3 : 1, CheckExit.Of(verdict)));

    [Fact]
    public void Of_several_methods_a_fault_counts_most_and_a_pass_least()
    {
        int[] worstFirst = [1, 5, 2, 3, 130, 4, 0];
        for (int i = 0; i < worstFirst.Length; i++)
        {
            Assert.Equal(worstFirst[i], CheckExit.Worst([.. worstFirst[i..].Reverse()]));
        }

        Assert.Contains(string.Join(", ", worstFirst).Replace("1, 5", "1, then 5", StringComparison.Ordinal), CheckExit.Help, StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_that_was_stopped_before_it_began_was_interrupted()
    {
        Assert.Equal(130, CheckExit.Worst([]));
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Equal(130, new CheckSession(["nowhere.dll"], TextWriter.Null, TextWriter.Null).Check([], new TestFilter([]), new CheckOptions { Cancellation = stopped.Token }));
    }
}
