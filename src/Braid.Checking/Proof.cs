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
    public static Proof? Of(ISearch search)
    {
        if (search is Reduction { Orders: { Exhausted: true } orders })
        {
            return new Proof(
                $"exhaustive: {Text.Count(orders.Runs, "schedule")}, all orders of the steps that can matter", true, int.MaxValue);
        }

        BoundedSearch? bounded = search as BoundedSearch ?? (search as Mix)?.Search ?? (search as Reduction)?.Schedules;
        return bounded switch
        {
            null or { CompleteUpTo: < 0 } => null,
            { Exhausted: true } =>
                new Proof(
                    $"exhaustive: {Text.Count(bounded.Runs, "schedule")}, all interleavings of the steps that can matter",
                    true,
                    bounded.CompleteUpTo),
            { Truncated: true } => null,
            _ =>
                new Proof(
                    $"exhaustive up to {Text.Count(bounded.CompleteUpTo, "preemption")}: {Text.Count(bounded.CompleteRuns, "schedule")}",
                    false,
                    bounded.CompleteUpTo),
        };
    }
}
