using Braid.Checking.Engine;
using Braid.Checking.Strategies;

namespace Braid.Checking.Reports;

/// <summary>Makes one run that a strategy decides.</summary>
/// <param name="strategy">Makes the choices. The caller has begun the run in it, and ends it.</param>
/// <param name="run">What the run did.</param>
/// <returns>Whether the fault in question occurred.</returns>
internal delegate bool ScheduleTrial(IStrategy strategy, out TrialRun run);

/// <summary>What a run of the minimizer did.</summary>
/// <param name="Overrides">Its choices that differ from the default.</param>
/// <param name="Preemptions">See <see cref="ScheduleLog.Preemptions"/>.</param>
/// <param name="Switches">The number of switches between threads.</param>
/// <param name="Summary">What strategies learn.</param>
internal readonly record struct TrialRun(
    IReadOnlyList<ScheduleLog.Override> Overrides, int Preemptions, int Switches, RunSummary Summary);
