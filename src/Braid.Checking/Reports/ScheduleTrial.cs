using Braid.Checking.Engine;

namespace Braid.Checking.Reports;

/// <summary>Runs a schedule that may be infeasible, as far as it is feasible.</summary>
/// <param name="candidate">The overrides to follow.</param>
/// <param name="actual">What the run then actually chose.</param>
/// <param name="switches">How often the run switched threads.</param>
/// <returns>Whether the fault in question occurred.</returns>
internal delegate bool ScheduleTrial(
    IReadOnlyList<ScheduleLog.Override> candidate, out IReadOnlyList<ScheduleLog.Override> actual, out int switches);
