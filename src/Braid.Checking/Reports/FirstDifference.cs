namespace Braid.Checking.Reports;

/// <summary>
/// Finds where two runs with the same choices diverged: the first step that only one of them took, or that had different outcomes.
/// </summary>
internal static class FirstDifference
{
    /// <returns>Null if there is none.</returns>
    public static string? Between(IReadOnlyList<RecordedStep> one, IReadOnlyList<RecordedStep> other)
    {
        int equal = 0;
        while (equal < one.Count && equal < other.Count && AreSame(one[equal], other[equal]))
        {
            equal++;
        }

        return equal == one.Count && equal == other.Count ? null
            : $"after {Text.Count(equal, "equal step")} {DescribeStep(one, equal)} in one run, " +
                $"and {DescribeStep(other, equal)} in the other";
    }

    private static bool AreSame(RecordedStep one, RecordedStep other) =>
        (one.Thread.Index, one.Operation.Kind, one.Operation.Site, one.Outcome)
            == (other.Thread.Index, other.Operation.Kind, other.Operation.Site, other.Outcome);

    private static string DescribeStep(IReadOnlyList<RecordedStep> steps, int place) =>
        place == steps.Count
            ? "nothing more happens"
            : $"{steps[place].Thread.Name} {StepWords.Of(steps[place]).Text} at {SourceMap.Where(steps[place].Operation.Site)}";
}
