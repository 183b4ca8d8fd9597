using Braid.Checking.Reports;
using Braid.Checking.Strategies;

namespace Braid.Checking;

/// <summary>What a search that found nothing has proved.</summary>
/// <param name="Says">The proof in words.</param>
/// <param name="Exhausted">Whether every schedule has been run.</param>
/// <param name="Preemptions">All schedules with that many preemptions and fewer have been run.</param>
internal sealed record Proof(string Says, bool Exhausted, int Preemptions)
{
    /// <summary>Null if the search has not even completed all schedules without a preemption.</summary>
    public static Proof? Of(IStrategy strategy)
    {
        BoundedSearch? search = strategy as BoundedSearch ?? (strategy as Mix)?.Search;
        return search switch
        {
            null or { CompleteUpTo: < 0 } => null,
            { Exhausted: true } =>
                new Proof(
                    $"exhaustive: {Text.Count(search.Runs, "schedule")}, all interleavings of the steps that can matter",
                    true,
                    search.CompleteUpTo),
            { Truncated: true } => null,
            _ =>
                new Proof(
                    $"exhaustive up to {Text.Count(search.CompleteUpTo, "preemption")}: {Text.Count(search.CompleteRuns, "schedule")}",
                    false,
                    search.CompleteUpTo),
        };
    }
}
