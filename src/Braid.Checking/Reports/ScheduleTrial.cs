using Braid.Checking.Engine;
using Braid.Checking.Strategies;

namespace Braid.Checking.Reports;

/// <summary>Makes one run that a strategy decides.</summary>
/// <param name="strategy">Decides; the run has begun in it and does not end in it.</param>
/// <param name="run">What the run did.</param>
/// <returns>Whether the fault in question occurred.</returns>
internal delegate bool ScheduleTrial(IStrategy strategy, out TrialRun run);

/// <summary>What a run of the minimizer did.</summary>
/// <param name="Overrides">What it chose.</param>
/// <param name="Preemptions">See <see cref="ScheduleLog.Preemptions"/>.</param>
/// <param name="Switches">How often it switched threads.</param>
/// <param name="Summary">What strategies learn.</param>
internal readonly record struct TrialRun(
    IReadOnlyList<ScheduleLog.Override> Overrides, int Preemptions, int Switches, RunSummary Summary);
