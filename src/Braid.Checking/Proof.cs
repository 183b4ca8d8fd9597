using Braid.Checking.Strategies;

namespace Braid.Checking;

/// <summary>What a search that found nothing has proved.</summary>
/// <param name="Says">In words.</param>
/// <param name="Exhausted">There is no schedule that was not run.</param>
internal sealed record Proof(string Says, bool Exhausted)
{
    /// <summary>Null when the search has not even gone through all schedules without a preemption.</summary>
    public static Proof? Of(IStrategy strategy)
    {
        BoundedSearch? search = strategy as BoundedSearch ?? (strategy as Mix)?.Search;
        return search switch
        {
            null or { CompleteUpTo: < 0 } => null,
            { Exhausted: true } => new Proof($"exhaustive: {Text(search.Runs)}, all interleavings of the steps that can matter", true),
            { Truncated: true } => null,
            _ => new Proof($"exhaustive up to {search.CompleteUpTo} preemption{(search.CompleteUpTo == 1 ? "" : "s")}: {Text(search.CompleteRuns)}", false),
        };
    }

    private static string Text(int schedules) => $"{schedules:n0} schedule{(schedules == 1 ? "" : "s")}";
}
