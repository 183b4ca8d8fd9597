using Braid.Checking.Engine;

namespace Braid.Checking.Reports;

/// <summary>Runs a schedule that may be impossible, as far as it is possible.</summary>
/// <param name="candidate">What to follow.</param>
/// <param name="actual">What the run then chose.</param>
/// <param name="switches">How often it went on with another thread.</param>
/// <returns>Whether the fault that is looked for showed.</returns>
internal delegate bool ScheduleTrial(IReadOnlyList<ScheduleLog.Override> candidate, out IReadOnlyList<ScheduleLog.Override> actual, out int switches);
