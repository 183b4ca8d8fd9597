using Braid.Checking.Engine;
using Braid.Checking.Strategies;

namespace Braid.Checking.Tests.Strategies;

/// <param name="Failed">Whether it deadlocked, failed an assertion, or ended in a wrong state.</param>
/// <param name="Trace">The index of the thread of each step.</param>
internal sealed record ModelResult(
    bool Failed, string Trace, int Switches, int Preemptions, RunSummary Summary, IReadOnlyList<ScheduleLog.Override> Overrides)
{
    /// <summary>What each step was.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];
}
